package dev.viewstamp.testkit.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the test methods of a class, or one of them, a cluster of their own as a parameter of type {@link
 * TestCluster}: real replicas in this process, in virtual time.
 *
 * <pre>{@code
 * @ViewstampTest(replicas = 3)
 * class PaymentsTest {
 *     @Test
 *     void paysOnce(TestCluster cluster) {
 *         cluster.await(cluster.client().createTransfer(payment));
 *     }
 * }
 * }</pre>
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ViewstampExtension.class)
public @interface ViewstampTest {
    /** 1 … 6. */
    int replicas() default 3;

    /** Decides everything that is left to chance: delays, the order of what happens at once, jitter. */
    long seed() default 1;
}
