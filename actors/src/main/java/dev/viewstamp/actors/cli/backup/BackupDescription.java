package dev.viewstamp.actors.cli.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.viewstamp.actors.cli.Json;
import dev.viewstamp.actors.cli.VerbFailure;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.ledger.Uint128;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a finished backup says of itself, in {@code backup.json}. The checkpoint's record is the root of trust: it names
 * manifest and session table by checksum, the manifest names every other byte.
 *
 * @param constants of the cluster that it was taken from
 * @param checkpoint the state that it holds
 * @param accounts how many there are
 * @param transfers how many there are
 * @param files data files
 * @param bytes of all files together
 * @param takenAt when the copy was complete, ISO 8601
 */
public record BackupDescription(ClusterConstants constants, CheckpointState checkpoint, long accounts, long transfers,
                                int files, long bytes, String takenAt) {
    private static final int FORMAT = 1;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** The op after which the state was as it is here. */
    public long op() {
        return checkpoint.op();
    }

    /** The cluster's id, as people write it. */
    public String cluster() {
        return new Uint128(checkpoint.header().cluster().hi(), checkpoint.header().cluster().lo()).toString();
    }

    /** For people and for {@link #parse}. */
    public Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("format", FORMAT);
        fields.put("cluster", cluster());
        fields.put("op", op());
        fields.put("checkpointId", checkpoint.id().toString());
        fields.put("accounts", accounts);
        fields.put("transfers", transfers);
        fields.put("files", files);
        fields.put("bytes", bytes);
        fields.put("takenAt", takenAt);
        ByteBuffer ofCluster = ByteBuffer.allocate(ClusterConstants.SIZE).order(ByteOrder.LITTLE_ENDIAN);
        constants.writeTo(ofCluster);
        fields.put("constants", HexFormat.of().formatHex(ofCluster.array()));
        fields.put("checkpoint", HexFormat.of().formatHex(checkpoint.toBytes()));
        return fields;
    }

    String text() {
        return Json.object(fields()) + "\n";
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @param name of the file, for the complaint
     * @throws VerbFailure if it is damaged, or of another version
     */
    static BackupDescription parse(String text, String name) {
        try {
            JsonNode fields = MAPPER.readTree(text);
            if (fields.path("format").asInt() != FORMAT) {
                throw new VerbFailure(name + " is of format " + fields.path("format").asText("?")
                        + ", this program reads format " + FORMAT + "; use the matching program version");
            }
            byte[] record = HexFormat.of().parseHex(fields.path("checkpoint").asText());
            byte[] ofCluster = HexFormat.of().parseHex(fields.path("constants").asText());
            if (record.length != CheckpointState.SIZE || ofCluster.length != ClusterConstants.SIZE) {
                throw damaged(name, null);
            }
            CheckpointState checkpoint = CheckpointState.read(
                    ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN));
            if (!checkpoint.id().toString().equals(fields.path("checkpointId").asText())
                    || !checkpoint.header().isValid()) {
                throw damaged(name, null);
            }
            return new BackupDescription(
                    ClusterConstants.read(ByteBuffer.wrap(ofCluster).order(ByteOrder.LITTLE_ENDIAN)), checkpoint,
                    fields.path("accounts").asLong(), fields.path("transfers").asLong(), fields.path("files").asInt(),
                    fields.path("bytes").asLong(), fields.path("takenAt").asText());
        } catch (IOException | IllegalArgumentException e) {
            throw damaged(name, e);
        }
    }

    private static VerbFailure damaged(String name, Exception cause) {
        return new VerbFailure(name + " is damaged; take the backup again", cause);
    }
}
