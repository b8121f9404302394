package dev.viewstamp.actors.cli;

import com.typesafe.config.Config;
import dev.viewstamp.actors.ReplicaSettings;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/**
 * Tells the launcher how much memory the JVM of {@code start} gets: a JVM cannot read that from HOCON once it runs.
 * Prints {@code heap=…} and {@code direct=…} as the JVM's options take them. Wrong configurations are left to the verb
 * itself, so that they are reported once, in one way.
 */
@Command(name = "start")
final class MemorySettings {
    @Mixin
    private OperatorConfig operator;

    private MemorySettings() {
    }

    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.US_ASCII);
        MemorySettings settings = new MemorySettings();
        CommandLine line = new CommandLine(settings).setUnmatchedArgumentsAllowed(true);
        Config defaults = ReplicaSettings.layered(com.typesafe.config.ConfigFactory.empty());
        Config layered;
        try {
            line.parseArgs(arguments);
            layered = ReplicaSettings.layered(settings.operator.read());
        } catch (ParameterException | UsageError e) {
            layered = defaults;
        }
        out.println("heap=" + mebibytes(layered, "viewstamp.memory.heap") + "m");
        out.println("direct=" + mebibytes(layered, "viewstamp.memory.direct") + "m");
    }

    private static long mebibytes(Config config, String key) {
        return config.getMemorySize(key).toBytes() >> 20;
    }
}
