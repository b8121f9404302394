package dev.viewstamp.actors.cli;

import akka.Version;
import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.journal.SuperBlock;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code version}: what runs here, and what it can talk to and read. */
@Command(name = "version", description = "Prints the versions of Viewstamp, protocol, data format, Java, Akka.",
        footer = {"", "Example: viewstamp version --json"})
public final class VersionVerb implements Verb {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Prints one JSON document.")
    private boolean json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Prints this text.")
    private boolean help;

    @Override
    public int order() {
        return 90;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Map<String, Object> versions = versions();
        if (json) {
            out.println(Json.object(versions));
        } else {
            int width = versions.keySet().stream().mapToInt(String::length).max().orElse(0);
            out.print(versions.entrySet().stream()
                    .map(entry -> String.format("%-" + width + "s  %s%n", entry.getKey(), entry.getValue()))
                    .collect(Collectors.joining()));
        }
        return Main.SUCCESS;
    }

    private static Map<String, Object> versions() {
        Map<String, Object> versions = new LinkedHashMap<>();
        versions.put("viewstamp", viewstamp());
        versions.put("protocol", Envelope.PROTOCOL);
        versions.put("dataFormat", SuperBlock.FORMAT_VERSION);
        versions.put("java", Runtime.version() + " (" + System.getProperty("java.vm.name") + ")");
        versions.put("akka", Version.current());
        return versions;
    }

    /** As the build wrote it down. */
    static String viewstamp() {
        Properties build = new Properties();
        try (InputStream in = VersionVerb.class.getResourceAsStream("build.properties")) {
            build.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return build.getProperty("version");
    }
}
