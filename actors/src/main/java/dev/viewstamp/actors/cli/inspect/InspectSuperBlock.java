package dev.viewstamp.actors.cli.inspect;

import dev.viewstamp.actors.cli.DataDirectoryTrouble;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.DataDirectory;
import dev.viewstamp.journal.DataDirectoryException;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.SuperBlock;
import dev.viewstamp.journal.SuperBlockException;
import dev.viewstamp.journal.SuperBlockQuorum;
import dev.viewstamp.journal.VsrState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code inspect superblock}: identity, view, checkpoint, and the state of the four copies. */
@Command(name = "superblock", description = "Prints the superblock: identity, view, checkpoint, and its four copies.",
        footer = {"", "Example: viewstamp inspect superblock data/0"})
final class InspectSuperBlock extends Inspection {
    @Parameters(paramLabel = "DIR", description = "The data directory.")
    private Path directory;

    @Override
    Map<String, Object> look() {
        List<byte[]> copies;
        try {
            copies = DataDirectory.inspectSuperBlock(directory);
        } catch (DataDirectoryException e) {
            throw DataDirectoryTrouble.of(e);
        }
        try {
            SuperBlockQuorum quorum = SuperBlockQuorum.open(copies);
            Map<String, Object> found = fields(quorum.superBlock());
            found.put("copies", copies(copies, quorum.superBlock()));
            return found;
        } catch (SuperBlockException e) {
            Map<String, Object> found = new LinkedHashMap<>();
            found.put("trouble", e.getMessage());
            found.put("copies", copies(copies, null));
            print(found);
            throw new VerbFailure(directory + ": " + e.getMessage()
                    + "; recover this replica from its peers or restore a backup", e);
        }
    }

    private static Map<String, Object> fields(SuperBlock superBlock) {
        VsrState state = superBlock.vsrState();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("formatVersion", SuperBlock.FORMAT_VERSION);
        fields.put("sequence", superBlock.sequence());
        fields.put("cluster", EntryWords.number(superBlock.cluster()));
        fields.put("replica", state.replica());
        fields.put("view", state.view());
        fields.put("logView", state.logView());
        fields.put("commitMax", state.commitMax());
        fields.put("syncOpMin", state.syncOpMin());
        fields.put("syncOpMax", state.syncOpMax());
        fields.put("checksum", superBlock.checksum().toString());
        fields.put("parent", superBlock.parent().toString());
        fields.put("constants", constants(superBlock.constants()));
        fields.put("checkpoint", checkpoint(state.checkpoint()));
        fields.put("viewHeaders", state.viewHeaders().stream().map(InspectSuperBlock::viewHeader).toList());
        return fields;
    }

    private static Map<String, Object> constants(ClusterConstants constants) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("replicaCount", constants.replicaCount());
        fields.put("slotCount", constants.slotCount());
        fields.put("prepareSizeMax", constants.prepareSizeMax());
        fields.put("bodyLimit", constants.bodyLimit());
        fields.put("pipelineMax", constants.pipelineMax());
        fields.put("clientsMax", constants.clientsMax());
        fields.put("checkpointBar", constants.checkpointBar());
        fields.put("fingerprint", constants.fingerprint().toString());
        return fields;
    }

    static Map<String, Object> checkpoint(CheckpointState checkpoint) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("op", checkpoint.op());
        fields.put("id", checkpoint.id().toString());
        fields.put("parentId", checkpoint.parentId().toString());
        fields.put("grandparentId", checkpoint.grandparentId().toString());
        fields.put("headerChecksum", checkpoint.header().checksum().toString());
        fields.put("timestamp", checkpoint.header().timestamp());
        fields.put("manifestChecksum", checkpoint.manifestChecksum().toString());
        fields.put("manifestSize", checkpoint.manifestSize());
        fields.put("sessionsChecksum", checkpoint.sessionsChecksum().toString());
        fields.put("sessionsSize", checkpoint.sessionsSize());
        fields.put("release", Integer.toUnsignedLong(checkpoint.release()));
        return fields;
    }

    private static Map<String, Object> viewHeader(EntryHeader header) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("op", header.op());
        if (header.isBlank()) {
            fields.put("operation", "blank");
            return fields;
        }
        fields.put("view", header.view());
        fields.put("operation", EntryWords.operation(header.operation()));
        fields.put("checksum", header.checksum().toString());
        return fields;
    }

    /** @param trusted the superblock to believe, or null if there is none */
    private static List<Map<String, Object>> copies(List<byte[]> raw, SuperBlock trusted) {
        List<Map<String, Object>> copies = new ArrayList<>();
        for (int place = 0; place < raw.size(); place++) {
            Optional<SuperBlock> copy = SuperBlock.read(raw.get(place));
            int number = SuperBlock.copyNumber(raw.get(place));
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("place", place);
            if (copy.isEmpty()) {
                fields.put("state", "damaged");
            } else {
                fields.put("state", number != place ? "is copy " + number
                        : trusted == null || copy.get().equals(trusted) ? "good" : "not the one to trust");
                fields.put("sequence", copy.get().sequence());
                fields.put("checksum", copy.get().checksum().toString());
            }
            copies.add(fields);
        }
        return copies;
    }
}
