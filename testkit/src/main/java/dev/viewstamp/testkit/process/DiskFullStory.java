package dev.viewstamp.testkit.process;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code torture disk-full}. */
@Command(name = "disk-full",
        description = "File systems of replicas under load run full, to the reserve and to the last byte; are clients "
                + "told, does nobody end, and does all go on by itself? Mounts small file systems: as root, or within "
                + "'unshare -rm'.",
        footer = {"", "Examples:", "  viewstamp torture disk-full --replica-count=3",
            "  unshare -rm bin/viewstamp torture disk-full"})
final class DiskFullStory extends TortureStory {
    @Option(names = "--replica-count", paramLabel = "N", defaultValue = "1",
            description = "Replicas, 1 to 6 (default: ${DEFAULT-VALUE}).")
    private int replicaCount;

    @Override
    Figures tell() throws InterruptedException {
        positive("--replica-count", replicaCount);
        return new DiskFull(this::say).run(replicaCount);
    }
}
