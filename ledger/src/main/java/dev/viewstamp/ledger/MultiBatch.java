package dev.viewstamp.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Several batches in one body, told apart by a trailer (ledger spec §19). All their elements have the same size.
 *
 * <pre>
 *  +---------+---------+-----+-----------+---------------------------------------+
 *  | batch 0 | batch 1 | ... | 0xFF ...  | count[k-1] | ... | count[0] | k        |
 *  +---------+---------+-----+-----------+---------------------------------------+
 *   payload                   padding     elements per batch, u16 each   u16
 *                            |&lt;----- trailer, a multiple of the element size ----&gt;|
 * </pre>
 *
 * The trailer is read from the end: first k, then the counts. 1 &lt;= k &lt;= {@link #BATCHES_MAX}; counts may be 0.
 */
public final class MultiBatch {
    public static final int BATCHES_MAX = 65_534;
    public static final int ELEMENTS_MAX = 65_535;
    /** The answer of {@link #count} for a body that does not decode. */
    public static final int MALFORMED = -1;

    private static final int ITEM = 2;
    private static final byte PADDING = (byte) 0xFF;

    private MultiBatch() {}

    /** Bytes of the trailer for so many batches. */
    public static int trailerSize(int elementSize, int batches) {
        int items = ITEM * (batches + 1);
        return (items + elementSize - 1) / elementSize * elementSize;
    }

    /** The number of batches in the body, 1 or more, or {@link #MALFORMED}. Allocates nothing. */
    public static int count(byte[] body, int elementSize) {
        if (body.length < ITEM) return MALFORMED;
        int batches = LittleEndian.u16(body, body.length - ITEM);
        if (batches == 0 || batches > BATCHES_MAX) return MALFORMED;
        int trailer = trailerSize(elementSize, batches);
        if (body.length < trailer) return MALFORMED;
        int payload = body.length - trailer;
        for (int i = payload; i < body.length - ITEM * (batches + 1); i++) {
            if (body[i] != PADDING) return MALFORMED;
        }
        long elements = 0;
        for (int batch = 0; batch < batches; batch++) elements += elements(body, batch);
        return elements * elementSize == payload ? batches : MALFORMED;
    }

    /** The number of elements in one batch of a body that {@link #count} found well-formed. */
    public static int elements(byte[] body, int batch) {
        return LittleEndian.u16(body, body.length - ITEM * (batch + 2));
    }

    /**
     * Writes a trailer behind the payload that ends at {@code offset}.
     *
     * @param counts elements per batch, of which the first {@code batches} are used
     * @return where the trailer ends
     */
    public static int writeTrailer(byte[] target, int offset, int elementSize, int[] counts, int batches) {
        requireBatches(batches);
        int end = offset + trailerSize(elementSize, batches);
        int items = end - ITEM * (batches + 1);
        Arrays.fill(target, offset, items, PADDING);
        for (int batch = 0; batch < batches; batch++) {
            if (counts[batch] < 0 || counts[batch] > ELEMENTS_MAX) {
                throw new IllegalArgumentException("batch " + batch + " of " + counts[batch]
                        + " elements; split it, " + ELEMENTS_MAX + " is the most");
            }
            LittleEndian.putU16(target, end - ITEM * (batch + 2), counts[batch]);
        }
        LittleEndian.putU16(target, end - ITEM, batches);
        return end;
    }

    /**
     * The body that carries these batches.
     *
     * @throws IllegalArgumentException if there are none or too many, or if one is no whole number of elements
     */
    public static byte[] encode(int elementSize, List<byte[]> batches) {
        requireBatches(batches.size());
        int[] counts = new int[batches.size()];
        int payload = 0;
        for (int i = 0; i < counts.length; i++) {
            int length = batches.get(i).length;
            if (length % elementSize != 0) {
                throw new IllegalArgumentException("batch " + i + " of " + length
                        + " bytes is no whole number of elements of " + elementSize + " bytes");
            }
            counts[i] = length / elementSize;
            payload = Math.addExact(payload, length);
        }
        byte[] body = new byte[Math.addExact(payload, trailerSize(elementSize, counts.length))];
        int offset = 0;
        for (byte[] batch : batches) {
            System.arraycopy(batch, 0, body, offset, batch.length);
            offset += batch.length;
        }
        writeTrailer(body, offset, elementSize, counts, counts.length);
        return body;
    }

    /** {@link #encode} for a single batch. */
    public static byte[] encode(int elementSize, byte[] batch) {
        return encode(elementSize, List.of(batch));
    }

    /**
     * The batches in the body, copied.
     *
     * @throws IllegalArgumentException if the body does not decode
     */
    public static List<byte[]> decode(int elementSize, byte[] body) {
        int batches = count(body, elementSize);
        if (batches == MALFORMED) {
            throw new IllegalArgumentException("body of " + body.length
                    + " bytes has no well-formed trailer for elements of " + elementSize + " bytes");
        }
        List<byte[]> result = new ArrayList<>(batches);
        int offset = 0;
        for (int batch = 0; batch < batches; batch++) {
            int end = offset + elements(body, batch) * elementSize;
            result.add(Arrays.copyOfRange(body, offset, end));
            offset = end;
        }
        return result;
    }

    private static void requireBatches(int batches) {
        if (batches < 1 || batches > BATCHES_MAX) {
            throw new IllegalArgumentException(
                    batches + " batches in a body; 1 … " + BATCHES_MAX + " are possible");
        }
    }
}
