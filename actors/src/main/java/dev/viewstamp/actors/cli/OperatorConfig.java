package dev.viewstamp.actors.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/**
 * What the operator asked for: a HOCON file, single keys, short cuts, in ascending order of precedence. A picocli
 * mix-in. Keys under {@code viewstamp} must exist (in a reference.conf): a slip of the pen is an error, not a silent
 * default.
 */
final class OperatorConfig {
    @Option(names = "--config", paramLabel = "FILE",
            description = "HOCON file; every key is explained in conf/ and in reference.conf.")
    private Path file;

    @Option(names = "--set", paramLabel = "KEY=VALUE",
            description = "Sets one key, with or without 'viewstamp.' before it; may be repeated.")
    private List<String> sets = new ArrayList<>();

    @Option(names = "--addresses", paramLabel = "LIST",
            description = "Client doors of all replicas, host:port or port, comma-separated, in replica order.")
    private String addresses;

    @Option(names = "--replicas", paramLabel = "LIST",
            description = "The replicas' own addresses, in the same order; default: those hosts, port + 1000.")
    private String replicas;

    /**
     * The operator's layer, without defaults.
     *
     * @throws UsageError naming the file and line, or the option
     */
    Config read() {
        Config config = ConfigFactory.empty();
        for (String set : sets) {
            config = parseSet(set).withFallback(config);
        }
        if (addresses != null) {
            config = config.withValue("viewstamp.addresses", listOf(addresses, "--addresses"));
        }
        if (replicas != null) {
            config = config.withValue("viewstamp.replicas", listOf(replicas, "--replicas"));
        }
        if (file != null) {
            config = config.withFallback(parseFile(file));
        }
        rejectUnknownKeys(config);
        return config;
    }

    /** @throws UsageError naming the file and line */
    static Config parseFile(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UsageError("--config: there is no file " + file);
        }
        try {
            return ConfigFactory.parseFile(file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
        } catch (ConfigException.Parse e) {
            throw new UsageError(brief(e));
        } catch (ConfigException e) {
            throw new UsageError("--config: cannot read " + file + ": " + e.getMessage());
        }
    }

    /** "FILE: 12: Expecting …" with its origin first, as FILE:12: …, and without advice for programmers. */
    static String brief(ConfigException e) {
        String message = e.getMessage();
        if (e.origin() != null && e.origin().lineNumber() > 0) {
            int line = e.origin().lineNumber();
            String name = e.origin().filename() != null ? e.origin().filename() : e.origin().description();
            int start = message.indexOf(": " + line + ": ");
            String what = start < 0 ? message : message.substring(start + (": " + line + ": ").length());
            return name + ":" + line + ": " + what + (what.endsWith("end of file") ? "; is a brace missing?" : "");
        }
        return message;
    }

    private static Config parseSet(String set) {
        int equals = set.indexOf('=');
        if (equals < 1) {
            throw new UsageError("--set: '" + set + "' is no KEY=VALUE; for example --set=journal.workers=4");
        }
        String key = set.substring(0, equals).strip();
        String path = key.matches("(viewstamp|akka)\\..*") ? key : "viewstamp." + key;
        String value = set.substring(equals + 1).strip();
        try {
            return ConfigFactory.parseString(path + " = " + (value.isEmpty() ? "\"\"" : value));
        } catch (ConfigException e) {
            // Not HOCON, such as a:b=c or a path with special characters: then it is a plain text.
            try {
                return ConfigFactory.empty().withValue(path, ConfigValueFactory.fromAnyRef(value, "--set"));
            } catch (ConfigException f) {
                throw new UsageError("--set: '" + key + "' is no key");
            }
        }
    }

    private static ConfigValue listOf(String text, String option) {
        return ConfigValueFactory.fromIterable(Arrays.stream(text.split(",")).map(String::strip).toList(), option);
    }

    private static void rejectUnknownKeys(Config config) {
        if (!config.hasPath("viewstamp")) {
            return;
        }
        Config reference = ConfigFactory.defaultReferenceUnresolved();
        for (Map.Entry<String, ConfigValue> entry : resolved(config).getConfig("viewstamp").entrySet()) {
            String key = "viewstamp." + entry.getKey();
            if (!isKnown(reference, key)) {
                String near = Nearest.to(key, knownKeys(reference));
                throw new UsageError(origin(entry.getValue()) + "unknown key " + key
                        + (near != null ? ": did you mean " + near + "?" : ""));
            }
        }
    }

    private static Config resolved(Config config) {
        try {
            return config.resolveWith(ConfigFactory.defaultOverrides());
        } catch (ConfigException e) {
            throw new UsageError(brief(e));
        }
    }

    /** Dispatchers take any key that Akka does. */
    private static boolean isKnown(Config reference, String key) {
        List<String> path = ConfigUtil.splitPath(key);
        for (int length = 2; length < path.size(); length++) {
            String prefix = ConfigUtil.joinPath(path.subList(0, length));
            if (path.get(length - 1).endsWith("-dispatcher") && reference.hasPathOrNull(prefix)) {
                return true;
            }
        }
        return reference.hasPathOrNull(key);
    }

    private static TreeSet<String> knownKeys(Config reference) {
        TreeSet<String> keys = new TreeSet<>();
        reference.root().withOnlyKey("viewstamp").toConfig().resolve().entrySet()
                .forEach(entry -> keys.add(entry.getKey()));
        return keys;
    }

    private static String origin(ConfigValue value) {
        if (value.origin().filename() != null) {
            return value.origin().filename() + ":" + value.origin().lineNumber() + ": ";
        }
        return value.origin().description().startsWith("--") ? value.origin().description() + ": " : "--set: ";
    }
}
