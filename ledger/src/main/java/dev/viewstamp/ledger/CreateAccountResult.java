package dev.viewstamp.ledger;

import java.util.Objects;

/**
 * What became of an account that was to be created (ledger spec §2.3, §5.4).
 *
 * @param timestamp of the account if it was created or exists already, else the time the event was looked at
 */
public record CreateAccountResult(long timestamp, CreateAccountStatus status) {
    public CreateAccountResult {
        Objects.requireNonNull(status, "status");
    }

    public boolean isCreated() {
        return status == CreateAccountStatus.CREATED;
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
    public static CreateAccountResult read(byte[] source, int offset) {
        return new CreateAccountResult(
                LittleEndian.u64(source, offset + CreateResultLayout.TIMESTAMP),
                CreateAccountStatus.byCode(LittleEndian.i32(source, offset + CreateResultLayout.STATUS)));
    }
}
