package dev.viewstamp.actors.cli.inspect;

import dev.viewstamp.actors.cli.DataDirectoryTrouble;
import dev.viewstamp.journal.DataDirectory;
import dev.viewstamp.journal.DataDirectoryException;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.SuperBlockException;
import dev.viewstamp.journal.SuperBlockQuorum;
import dev.viewstamp.journal.SuperBlockZone;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Verifies the four copies of the superblock. */
final class SuperBlockCheck {
    private static final String ZONE = "superblock";

    private SuperBlockCheck() {
    }

    /** Reports what is damaged; that too little is left to open the directory, its opening will say. */
    static void run(Path directory, Findings findings) {
        try {
            List<byte[]> copies = DataDirectory.inspectSuperBlock(directory);
            SuperBlock trusted = SuperBlockQuorum.open(copies).superBlock();
            for (int place = 0; place < copies.size(); place++) {
                if (!Arrays.equals(copies.get(place), trusted.toBytes(place))) {
                    findings.damaged(ZONE, "copy " + place + " is not the one that is to be trusted",
                            "the next start writes it anew");
                }
            }
            findings.verified(ZONE, SuperBlockZone.SIZE);
        } catch (DataDirectoryException e) {
            throw DataDirectoryTrouble.of(e);
        } catch (SuperBlockException e) {
            return;
        }
    }
}
