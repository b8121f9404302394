package dev.viewstamp.testkit.process;

import dev.viewstamp.actors.cli.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code torture big}. */
@Command(name = "big", description = "One replica takes in 101 million transfers: is it as fast in the end, and while "
        + "files are written, and how soon is it ready after SIGKILL? Takes 18 GB of disk and 7 GB of memory.",
        footer = {"", "Examples:", "  viewstamp torture big --transfers=101000000",
            "  viewstamp torture big --transfers=10100000 --json"})
final class BigStory extends TortureStory {
    private static final long MIN = 1_010_000;

    @Option(names = "--transfers", paramLabel = "N", defaultValue = "101000000",
            description = "Transfers; the second hundredth is compared with the last ten (default: ${DEFAULT-VALUE}).")
    private long transfers;

    @Override
    Figures tell() {
        if (transfers < MIN) {
            throw new UsageError("--transfers is " + transfers + ": a hundredth must be more than a batch, so at least "
                    + MIN);
        }
        return new Big(transfers, this::say).run();
    }
}
