package dev.viewstamp.testkit.process;

import dev.viewstamp.actors.cli.UsageError;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code torture repair}. */
@Command(name = "repair", description = "A byte is flipped in every kind of file of a stopped replica, and one file is "
        + "deleted; does it find all of that and get it from its peers?",
        footer = {"", "Example:", "  viewstamp torture repair --seed=7"})
final class RepairStory extends TortureStory {
    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "Which replica, file and byte (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--rows", paramLabel = "N", defaultValue = "200000",
            description = "Accounts, and pending transfers that expire (default: ${DEFAULT-VALUE}).")
    private int rows;

    @Override
    Figures tell() throws InterruptedException {
        if (rows < FileRepair.ROWS_MIN) {
            throw new UsageError("--rows is " + rows + ": there is a file of every kind from " + FileRepair.ROWS_MIN
                    + " on");
        }
        return new FileRepair(seed, rows, this::say).run();
    }
}
