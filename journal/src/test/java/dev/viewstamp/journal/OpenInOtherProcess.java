package dev.viewstamp.journal;

import java.nio.file.Path;

/** A process of its own that opens a data directory: exit code 0 if it could, 1 if it was locked. */
final class OpenInOtherProcess {
    private OpenInOtherProcess() {
    }

    public static void main(String[] args) throws Exception {
        try (DataDirectory directory = DataDirectory.inspect(Path.of(args[0]))) {
            System.exit(directory.superBlock().sequence() > 0 ? 0 : 2);
        } catch (DataDirectoryException refused) {
            System.exit(refused.reason() == DataDirectoryException.Reason.LOCKED ? 1 : 3);
        }
    }
}
