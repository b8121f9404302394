package dev.viewstamp.ledger.model;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Operations, their sizes and limits, framing, and what makes a request valid: ledger spec §5.1, §6 and
 * §19.
 */
final class ModelRequests {
    static final int BODY_MAX = 1_048_320;

    private final int requestBodyMax;

    ModelRequests(int requestBodyMax) {
        this.requestBodyMax = requestBodyMax;
    }

    /** The codes of §6.1 without the legacy ones; a legacy code means one of them. */
    static int meaning(int operation) {
        return switch (operation) {
            case 129, 138 -> 146;
            case 130, 139 -> 147;
            case 131 -> 140;
            case 132 -> 141;
            case 133 -> 142;
            case 134 -> 143;
            case 135 -> 144;
            case 136 -> 145;
            default -> operation;
        };
    }

    static boolean framed(int operation) {
        return operation >= 138;
    }

    static boolean sparse(int operation) {
        return operation == 129 || operation == 130 || operation == 138 || operation == 139;
    }

    static boolean batchable(int operation) {
        return switch (meaning(operation)) {
            case 140, 141, 146, 147 -> true;
            default -> false;
        };
    }

    static int eventSize(int operation) {
        return switch (meaning(operation)) {
            case 140, 141 -> 16;
            case 137, 144, 145 -> 64;
            default -> 128;
        };
    }

    static int resultSize(int operation) {
        if (sparse(operation)) return 8;
        return switch (meaning(operation)) {
            case 146, 147 -> 16;
            case 137 -> 384;
            default -> 128;
        };
    }

    int eventMax(int operation) {
        int ev = eventSize(operation);
        int rs = resultSize(operation);
        if (!framed(operation)) return Math.min(requestBodyMax / ev, BODY_MAX / rs);
        return Math.min((requestBodyMax - trailer(ev, 1)) / ev, (BODY_MAX - trailer(rs, 1)) / rs);
    }

    int resultMax(int operation) {
        int rs = resultSize(operation);
        if (operation == 137) return Math.min(2730, Math.min(requestBodyMax / 16, 8190) / 2);
        return framed(operation) ? (BODY_MAX - trailer(rs, 1)) / rs : BODY_MAX / rs;
    }

    boolean isValid(int operation, byte[] body) {
        if (operation < 128 || operation > 147 || body.length > requestBodyMax) return false;
        if (operation == 128) return body.length == 0;
        if (!framed(operation)) return isValidBatch(operation, body.length);
        List<byte[]> batches = unframe(eventSize(operation), body);
        if (batches == null) return false;
        long expected = 0;
        for (byte[] batch : batches) {
            if (!isValidBatch(operation, batch.length)) return false;
            expected += batchable(operation)
                    ? batch.length / eventSize(operation) : Math.min(limitOf(batch), resultMax(operation));
        }
        return expected * resultSize(operation) + trailer(resultSize(operation), batches.size()) <= BODY_MAX;
    }

    private boolean isValidBatch(int operation, int length) {
        int ev = eventSize(operation);
        if (!batchable(operation)) return length == ev;
        return length % ev == 0 && length / ev <= eventMax(operation);
    }

    /** The limit stands eight bytes before the end of both filters. */
    private static long limitOf(byte[] filter) {
        return Integer.toUnsignedLong(Wire.of(filter).getInt(filter.length - 8));
    }

    /** Timestamps that a valid request takes beyond the first. */
    static long delta(int operation, byte[] body) {
        if (operation == 128) return 8190;
        if (meaning(operation) < 146) return 0;
        if (!framed(operation)) return body.length / 128;
        return unframe(128, body).stream().mapToInt(batch -> batch.length / 128).sum();
    }

    static int trailer(int elementSize, int batches) {
        int size = 2 * (batches + 1);
        while (size % elementSize != 0) size++;
        return size;
    }

    /** The batches of a framed body, or null. */
    static List<byte[]> unframe(int elementSize, byte[] body) {
        if (body.length < 2) return null;
        ByteBuffer items = Wire.of(body);
        int batches = Short.toUnsignedInt(items.getShort(body.length - 2));
        if (batches == 0 || batches == 65535) return null;
        int trailer = trailer(elementSize, batches);
        if (trailer > body.length) return null;
        int payload = body.length - trailer;
        for (int i = payload; i < body.length - 2 * (batches + 1); i++) {
            if (body[i] != -1) return null;
        }
        List<byte[]> result = new ArrayList<>();
        int offset = 0;
        for (int i = 0; i < batches; i++) {
            int count = Short.toUnsignedInt(items.getShort(body.length - 2 * (i + 2)));
            int end = offset + count * elementSize;
            if (end > payload) return null;
            result.add(Arrays.copyOfRange(body, offset, end));
            offset = end;
        }
        return offset == payload ? result : null;
    }

    static byte[] frame(int elementSize, List<byte[]> batches) {
        int payload = batches.stream().mapToInt(batch -> batch.length).sum();
        byte[] body = new byte[payload + trailer(elementSize, batches.size())];
        Arrays.fill(body, payload, body.length, (byte) 0xFF);
        ByteBuffer to = Wire.of(body);
        batches.forEach(to::put);
        to.putShort(body.length - 2, (short) batches.size());
        for (int i = 0; i < batches.size(); i++) {
            to.putShort(body.length - 2 * (i + 2), (short) (batches.get(i).length / elementSize));
        }
        return body;
    }
}
