package dev.viewstamp.testkit.junit;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Starts a {@link TestCluster} for each test that asks for one, and ends it afterwards. Used through {@link
 * ViewstampTest}.
 */
public final class ViewstampExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(ViewstampExtension.class);

    /** JUnit closes what is in its store when the test ends. */
    private record Running(TestCluster cluster) implements AutoCloseable {
        @Override
        public void close() {
            cluster.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestCluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ViewstampTest wanted = AnnotationSupport.findAnnotation(context.getElement(), ViewstampTest.class)
                .or(() -> AnnotationSupport.findAnnotation(context.getRequiredTestClass(), ViewstampTest.class))
                .orElseThrow(() -> new IllegalStateException("annotate the test or its class with @ViewstampTest"));
        return context.getStore(NAMESPACE).getOrComputeIfAbsent(TestCluster.class,
                unused -> new Running(TestCluster.start(wanted.replicas(), wanted.seed())), Running.class).cluster();
    }
}
