package dev.viewstamp.actors.cli.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code inspect integrity} found, zone by zone. */
final class Findings {
    private final Map<String, Long> verified = new LinkedHashMap<>();
    private final List<Map<String, Object>> damages = new ArrayList<>();
    private final List<Integer> tornAppends = new ArrayList<>();
    private Map<String, Object> otherFiles = Map.of();

    /** So many bytes of a zone were read and judged. */
    void verified(String zone, long bytes) {
        verified.merge(zone, bytes, Long::sum);
    }

    /**
     * Something is not as it was written.
     *
     * @param repair what mends it, as an operator would be told
     */
    void damaged(String zone, String what, String repair) {
        Map<String, Object> damage = new LinkedHashMap<>();
        damage.put("zone", zone);
        damage.put("what", what);
        damage.put("repair", repair);
        damages.add(damage);
    }

    /** A write that a crash interrupted: nobody was promised it, so it is no damage. */
    void tornAppend(int slot) {
        tornAppends.add(slot);
    }

    void otherFiles(Map<String, Object> others) {
        otherFiles = others;
    }

    Map<String, Object> fields(long checkpointOp) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("intact", damages.isEmpty());
        fields.put("checkpointOp", checkpointOp);
        fields.put("bytesVerified", verified.values().stream().mapToLong(Long::longValue).sum());
        fields.put("bytesByZone", verified);
        fields.put("tornAppends", tornAppends);
        fields.put("otherFiles", otherFiles);
        fields.put("damages", damages);
        return fields;
    }
}
