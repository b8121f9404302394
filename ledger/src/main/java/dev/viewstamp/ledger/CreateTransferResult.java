package dev.viewstamp.ledger;

import java.util.Objects;

/**
 * What became of a transfer that was to be created (ledger spec §2.3, §5.4).
 *
 * @param timestamp of the transfer if it was created or exists already, else the time the event was looked at
 */
public record CreateTransferResult(long timestamp, CreateTransferStatus status) {
    public CreateTransferResult {
        Objects.requireNonNull(status, "status");
    }

    public boolean isCreated() {
        return status == CreateTransferStatus.CREATED;
    }

    /** Writes the record of {@link CreateResultLayout}. */
    public void writeTo(byte[] target, int offset) {
        LittleEndian.putU64(target, offset + CreateResultLayout.TIMESTAMP, timestamp);
        LittleEndian.putU32(target, offset + CreateResultLayout.STATUS, status.code());
        LittleEndian.putU32(target, offset + CreateResultLayout.RESERVED, 0);
    }

    /**
     * Reads the record of {@link CreateResultLayout}.
     *
     * @throws IllegalArgumentException if the status is unknown
     */
    public static CreateTransferResult read(byte[] source, int offset) {
        return new CreateTransferResult(
                LittleEndian.u64(source, offset + CreateResultLayout.TIMESTAMP),
                CreateTransferStatus.byCode(LittleEndian.i32(source, offset + CreateResultLayout.STATUS)));
    }
}
