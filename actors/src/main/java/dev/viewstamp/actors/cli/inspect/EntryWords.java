package dev.viewstamp.actors.cli.inspect;

import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.Uint128;
import java.util.LinkedHashMap;
import java.util.Map;

/** How log entries are shown: codes by name, ids as operators write them. */
final class EntryWords {
    private EntryWords() {
    }

    /** Name of an operation, the protocol's own included. */
    static String operation(int code) {
        return switch (code) {
            case EntryHeader.OPERATION_RESERVED -> "reserved";
            case EntryHeader.OPERATION_ROOT -> "root";
            case EntryHeader.OPERATION_REGISTER -> "register";
            case EntryHeader.OPERATION_NOOP -> "noop";
            default -> Operation.byCode(code) != null ? Operation.byCode(code).wireName() : "operation " + code;
        };
    }

    static String door(int code) {
        return switch (code) {
            case EntryHeader.DOOR_INTERNAL -> "internal";
            case EntryHeader.DOOR_AKKA -> "akka";
            case EntryHeader.DOOR_WIRE -> "wire";
            default -> "door " + code;
        };
    }

    /** Decimal, as clients and clusters are named by people. */
    static String number(Word128 id) {
        return new Uint128(id.hi(), id.lo()).toString();
    }

    /** All fields of a header; checksums in hexadecimal. */
    static Map<String, Object> fields(EntryHeader header) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("op", header.op());
        fields.put("view", header.view());
        fields.put("replica", header.replica());
        fields.put("operation", operation(header.operation()));
        fields.put("door", door(header.door()));
        fields.put("client", number(header.client()));
        fields.put("request", Integer.toUnsignedLong(header.request()));
        fields.put("release", Integer.toUnsignedLong(header.release()));
        fields.put("timestamp", header.timestamp());
        fields.put("commit", header.commit());
        fields.put("size", header.size());
        fields.put("cluster", number(header.cluster()));
        fields.put("checksum", header.checksum().toString());
        fields.put("parent", header.parent().toString());
        fields.put("requestChecksum", header.requestChecksum().toString());
        fields.put("bodyChecksum", header.bodyChecksum().toString());
        fields.put("checkpointId", header.checkpointId().toString());
        return fields;
    }
}
