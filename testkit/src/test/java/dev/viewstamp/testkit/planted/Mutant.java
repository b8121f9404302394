package dev.viewstamp.testkit.planted;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Viewstamp with a {@link PlantedBug}, beside the healthy one in the same JVM: the changed sources are compiled in
 * memory, and a class loader of its own loads all of Viewstamp's classes once more, the changed ones among them.
 * The product knows nothing of it.
 */
final class Mutant extends ClassLoader {
    private static final String OURS = "dev.viewstamp.";

    private final Map<String, byte[]> changed;

    private Mutant(Map<String, byte[]> changed) {
        super(Mutant.class.getClassLoader());
        this.changed = changed;
    }

    /** The project's folder. */
    static Path root() {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("LICENSE"))) {
            root = root.getParent();
        }
        return root;
    }

    /** @throws IllegalArgumentException if the bug does not fit the sources, or does not compile */
    static Mutant of(PlantedBug bug) throws IOException {
        Map<String, String> sources = new TreeMap<>();
        for (String path : bug.paths()) {
            sources.put(path, Files.readString(root().resolve(path)));
        }
        return new Mutant(compile(bug.name(), bug.apply(sources)));
    }

    /** Seed → what the simulation found, null if nothing. Runs on the caller's thread. */
    @SuppressWarnings("unchecked")
    LongFunction<String> simulation(int replicaCount) throws ReflectiveOperationException {
        Thread.currentThread().setContextClassLoader(this);
        return (LongFunction<String>) loadClass("dev.viewstamp.testkit.planted.MutantSimulation")
                .getDeclaredConstructor(int.class).newInstance(replicaCount);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded != null ? loaded : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        byte[] bytes = changed.get(name);
        if (bytes == null) {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                bytes = in.readAllBytes();
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private static Map<String, byte[]> compile(String name, Map<String, String> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<JavaFileObject> units = new ArrayList<>();
        sources.forEach((path, text) -> units.add(new Source(path, text)));
        StringWriter complaints = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
                Output output = new Output(files)) {
            boolean compiled = compiler.getTask(complaints, output, null,
                    List.of("-proc:none", "-nowarn", "--release", "17", "-cp", System.getProperty("java.class.path")),
                    null, units).call();
            if (!compiled) {
                throw new IllegalArgumentException(name + " does not compile: " + complaints);
            }
            Map<String, byte[]> classes = new TreeMap<>();
            output.classes.forEach((className, bytes) -> classes.put(className, bytes.toByteArray()));
            return classes;
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String path, String text) {
            super(URI.create("string:///" + path.substring(path.lastIndexOf('/') + 1)), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Output extends ForwardingJavaFileManager<StandardJavaFileManager> {
        private final Map<String, ByteArrayOutputStream> classes = new TreeMap<>();

        Output(StandardJavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(JavaFileManager.Location location, String className,
                JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("memory:///" + className.replace('.', '/') + ".class"), kind) {
                @Override
                public OutputStream openOutputStream() {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    classes.put(className, bytes);
                    return bytes;
                }
            };
        }
    }
}
