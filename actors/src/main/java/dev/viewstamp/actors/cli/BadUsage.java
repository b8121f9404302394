package dev.viewstamp.actors.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns picocli's complaint about a command line into one line that says what is wrong and the mend. */
final class BadUsage {
    private BadUsage() {
    }

    static String describe(ParameterException trouble) {
        CommandLine line = trouble.getCommandLine();
        String help = "; see " + line.getCommandSpec().qualifiedName() + " --help";
        if (trouble instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
            return unknown(line, unmatched.getUnmatched().get(0)) + help;
        }
        if (trouble instanceof MissingParameterException missing && !missing.getMissing().isEmpty()) {
            List<String> names = new ArrayList<>();
            missing.getMissing().forEach(spec -> names.add(spec instanceof OptionSpec option
                    ? option.longestName() + "=" + option.paramLabel() : spec.paramLabel()));
            return "missing " + String.join(" ", names) + help;
        }
        return trouble.getMessage().replaceFirst("^Invalid value for option '([^']+)'(?: \\([^)]*\\))?: ", "$1: ")
                .replaceFirst("is not an? (int|long)$", "is no whole number") + help;
    }

    private static String unknown(CommandLine line, String argument) {
        boolean isOption = argument.startsWith("-");
        if (!isOption && line.getSubcommands().isEmpty()) {
            return "unexpected argument '" + argument + "'";
        }
        String given = argument.contains("=") ? argument.substring(0, argument.indexOf('=')) : argument;
        List<String> known = new ArrayList<>();
        if (isOption) {
            line.getCommandSpec().options().forEach(option -> known.addAll(List.of(option.names())));
        } else {
            known.addAll(line.getSubcommands().keySet());
        }
        String closest = Nearest.to(given, known);
        String kind = isOption ? "option" : line.getParent() == null ? "verb" : "part";
        String what = "unknown " + kind + " '" + given + "'";
        if (closest != null) {
            return what + ": did you mean " + closest + "?";
        }
        return isOption ? what : what + "; known are " + Main.verbs(line);
    }
}
