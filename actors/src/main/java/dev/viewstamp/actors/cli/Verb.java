package dev.viewstamp.actors.cli;

import java.util.concurrent.Callable;

/**
 * One verb of the command line. Implementations carry picocli's {@code @Command} with the verb's name and are found by
 * {@link java.util.ServiceLoader}, so that a module above this one can add its own (testkit adds {@code simulate}).
 *
 * <p>{@link #call} answers the exit code: 0 for success, 1 when what was asked for failed. It may throw
 * {@link UsageError} (the command line or a configuration is wrong: exit 2) or {@link VerbFailure} (exit 1); both end
 * as one line on stderr. Results go to stdout, everything else to stderr. The process ends when it returns.
 */
public interface Verb extends Callable<Integer> {
    /** Place in the list of verbs that {@code --help} prints, ascending. */
    int order();
}
