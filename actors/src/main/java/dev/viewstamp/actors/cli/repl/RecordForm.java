package dev.viewstamp.actors.cli.repl;

import dev.viewstamp.ledger.AccountBalanceLayout;
import dev.viewstamp.ledger.AccountFilterFlags;
import dev.viewstamp.ledger.AccountFilterLayout;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.AccountLayout;
import dev.viewstamp.ledger.ChangeEvent;
import dev.viewstamp.ledger.ChangeEventLayout;
import dev.viewstamp.ledger.ChangeEventsFilterLayout;
import dev.viewstamp.ledger.CreateAccountStatus;
import dev.viewstamp.ledger.CreateResultLayout;
import dev.viewstamp.ledger.CreateTransferStatus;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.QueryFilterFlags;
import dev.viewstamp.ledger.QueryFilterLayout;
import dev.viewstamp.ledger.TransferFlags;
import dev.viewstamp.ledger.TransferLayout;
import dev.viewstamp.ledger.Uint128;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;

/**
 * How a record looks to people: its fields by name, in the order in which they are printed. Records are the bytes of
 * ledger spec §2; this says which names and widths a statement may set and how a result is shown.
 */
final class RecordForm {
    /**
     * One field.
     *
     * @param size bytes: 1, 2, 4, 8 or 16
     * @param names for flags and enumerations: the names that a value stands for, else null
     * @param parse for flags: reads names joined by {@code |}, else null
     */
    record Field(String name, int offset, int size, IntFunction<List<String>> names, ToIntFunction<String> parse) {
        boolean isFlags() {
            return parse != null;
        }

        /** Largest number that fits. */
        Uint128 max() {
            return size == 16 ? Uint128.MAX : Uint128.of(size == 8 ? -1L : (1L << 8 * size) - 1);
        }

        /** As in {@code u32}. */
        String type() {
            return "u" + 8 * size;
        }

        Uint128 read(byte[] record, int at) {
            return switch (size) {
                case 1 -> Uint128.of(record[at + offset] & 0xFF);
                case 2 -> Uint128.of(LittleEndian.u16(record, at + offset));
                case 4 -> Uint128.of(LittleEndian.u32(record, at + offset));
                case 8 -> Uint128.of(LittleEndian.u64(record, at + offset));
                default -> LittleEndian.u128(record, at + offset);
            };
        }

        void write(byte[] record, Uint128 value) {
            switch (size) {
                case 1 -> record[offset] = (byte) value.lo();
                case 2 -> LittleEndian.putU16(record, offset, (int) value.lo());
                case 4 -> LittleEndian.putU32(record, offset, value.lo());
                case 8 -> LittleEndian.putU64(record, offset, value.lo());
                default -> LittleEndian.putU128(record, offset, value);
            }
        }
    }

    static final RecordForm ID = new RecordForm(16).number("id", 0, 16);

    static final RecordForm ACCOUNT = new RecordForm(AccountLayout.SIZE)
            .number("id", AccountLayout.ID, 16)
            .number("debits_pending", AccountLayout.DEBITS_PENDING, 16)
            .number("debits_posted", AccountLayout.DEBITS_POSTED, 16)
            .number("credits_pending", AccountLayout.CREDITS_PENDING, 16)
            .number("credits_posted", AccountLayout.CREDITS_POSTED, 16)
            .number("user_data_128", AccountLayout.USER_DATA_128, 16)
            .number("user_data_64", AccountLayout.USER_DATA_64, 8)
            .number("user_data_32", AccountLayout.USER_DATA_32, 4)
            .number("ledger", AccountLayout.LEDGER, 4)
            .number("code", AccountLayout.CODE, 2)
            .flags(AccountLayout.FLAGS, 2, AccountFlags::names, AccountFlags::parse)
            .number("timestamp", AccountLayout.TIMESTAMP, 8);

    static final RecordForm TRANSFER = new RecordForm(TransferLayout.SIZE)
            .number("id", TransferLayout.ID, 16)
            .number("debit_account_id", TransferLayout.DEBIT_ACCOUNT_ID, 16)
            .number("credit_account_id", TransferLayout.CREDIT_ACCOUNT_ID, 16)
            .number("amount", TransferLayout.AMOUNT, 16)
            .number("pending_id", TransferLayout.PENDING_ID, 16)
            .number("user_data_128", TransferLayout.USER_DATA_128, 16)
            .number("user_data_64", TransferLayout.USER_DATA_64, 8)
            .number("user_data_32", TransferLayout.USER_DATA_32, 4)
            .number("timeout", TransferLayout.TIMEOUT, 4)
            .number("ledger", TransferLayout.LEDGER, 4)
            .number("code", TransferLayout.CODE, 2)
            .flags(TransferLayout.FLAGS, 2, TransferFlags::names, TransferFlags::parse)
            .number("timestamp", TransferLayout.TIMESTAMP, 8);

    static final RecordForm BALANCE = new RecordForm(AccountBalanceLayout.SIZE)
            .number("debits_pending", AccountBalanceLayout.DEBITS_PENDING, 16)
            .number("debits_posted", AccountBalanceLayout.DEBITS_POSTED, 16)
            .number("credits_pending", AccountBalanceLayout.CREDITS_PENDING, 16)
            .number("credits_posted", AccountBalanceLayout.CREDITS_POSTED, 16)
            .number("timestamp", AccountBalanceLayout.TIMESTAMP, 8);

    static final RecordForm ACCOUNT_FILTER = new RecordForm(AccountFilterLayout.SIZE)
            .number("account_id", AccountFilterLayout.ACCOUNT_ID, 16)
            .number("user_data_128", AccountFilterLayout.USER_DATA_128, 16)
            .number("user_data_64", AccountFilterLayout.USER_DATA_64, 8)
            .number("user_data_32", AccountFilterLayout.USER_DATA_32, 4)
            .number("code", AccountFilterLayout.CODE, 2)
            .number("timestamp_min", AccountFilterLayout.TIMESTAMP_MIN, 8)
            .number("timestamp_max", AccountFilterLayout.TIMESTAMP_MAX, 8)
            .number("limit", AccountFilterLayout.LIMIT, 4)
            .flags(AccountFilterLayout.FLAGS, 4, AccountFilterFlags::names, AccountFilterFlags::parse);

    static final RecordForm QUERY_FILTER = new RecordForm(QueryFilterLayout.SIZE)
            .number("user_data_128", QueryFilterLayout.USER_DATA_128, 16)
            .number("user_data_64", QueryFilterLayout.USER_DATA_64, 8)
            .number("user_data_32", QueryFilterLayout.USER_DATA_32, 4)
            .number("ledger", QueryFilterLayout.LEDGER, 4)
            .number("code", QueryFilterLayout.CODE, 2)
            .number("timestamp_min", QueryFilterLayout.TIMESTAMP_MIN, 8)
            .number("timestamp_max", QueryFilterLayout.TIMESTAMP_MAX, 8)
            .number("limit", QueryFilterLayout.LIMIT, 4)
            .flags(QueryFilterLayout.FLAGS, 4, QueryFilterFlags::names, QueryFilterFlags::parse);

    static final RecordForm CHANGE_EVENTS_FILTER = new RecordForm(ChangeEventsFilterLayout.SIZE)
            .number("timestamp_min", ChangeEventsFilterLayout.TIMESTAMP_MIN, 8)
            .number("timestamp_max", ChangeEventsFilterLayout.TIMESTAMP_MAX, 8)
            .number("limit", ChangeEventsFilterLayout.LIMIT, 4);

    static final RecordForm CHANGE_EVENT = new RecordForm(ChangeEventLayout.SIZE)
            .number("timestamp", ChangeEventLayout.TIMESTAMP, 8)
            .name("type", ChangeEventLayout.TYPE, 1, RecordForm::changeEventType)
            .number("ledger", ChangeEventLayout.LEDGER, 4)
            .number("transfer_id", ChangeEventLayout.TRANSFER_ID, 16)
            .number("transfer_amount", ChangeEventLayout.TRANSFER_AMOUNT, 16)
            .number("transfer_pending_id", ChangeEventLayout.TRANSFER_PENDING_ID, 16)
            .number("transfer_user_data_128", ChangeEventLayout.TRANSFER_USER_DATA_128, 16)
            .number("transfer_user_data_64", ChangeEventLayout.TRANSFER_USER_DATA_64, 8)
            .number("transfer_user_data_32", ChangeEventLayout.TRANSFER_USER_DATA_32, 4)
            .number("transfer_timeout", ChangeEventLayout.TRANSFER_TIMEOUT, 4)
            .number("transfer_code", ChangeEventLayout.TRANSFER_CODE, 2)
            .flags("transfer_flags", ChangeEventLayout.TRANSFER_FLAGS, 2, TransferFlags::names, TransferFlags::parse)
            .number("transfer_timestamp", ChangeEventLayout.TRANSFER_TIMESTAMP, 8)
            .side("debit_account_", ChangeEventLayout.DEBIT_ACCOUNT_ID, ChangeEventLayout.DEBIT_ACCOUNT_TIMESTAMP)
            .side("credit_account_", ChangeEventLayout.CREDIT_ACCOUNT_ID, ChangeEventLayout.CREDIT_ACCOUNT_TIMESTAMP);

    static final RecordForm CREATE_ACCOUNT_RESULT = new RecordForm(CreateResultLayout.SIZE)
            .number("timestamp", CreateResultLayout.TIMESTAMP, 8)
            .status(code -> CreateAccountStatus.byCode(code).wireName());

    static final RecordForm CREATE_TRANSFER_RESULT = new RecordForm(CreateResultLayout.SIZE)
            .number("timestamp", CreateResultLayout.TIMESTAMP, 8)
            .status(code -> CreateTransferStatus.byCode(code).wireName());

    private final int size;
    private final List<Field> fields = new ArrayList<>();

    private RecordForm(int size) {
        this.size = size;
    }

    /** Bytes of a record. */
    int size() {
        return size;
    }

    List<Field> fields() {
        return fields;
    }

    /** The field of this name, or null. */
    Field field(String name) {
        return fields.stream().filter(field -> field.name.equals(name)).findFirst().orElse(null);
    }

    private RecordForm number(String name, int offset, int bytes) {
        fields.add(new Field(name, offset, bytes, null, null));
        return this;
    }

    private RecordForm flags(int offset, int bytes, IntFunction<List<String>> names, ToIntFunction<String> parse) {
        return flags("flags", offset, bytes, names, parse);
    }

    private RecordForm flags(String name, int offset, int bytes, IntFunction<List<String>> names,
                             ToIntFunction<String> parse) {
        fields.add(new Field(name, offset, bytes, names, parse));
        return this;
    }

    private RecordForm status(IntFunction<String> name) {
        return name("status", CreateResultLayout.STATUS, 4, name);
    }

    private RecordForm name(String name, int offset, int bytes, IntFunction<String> nameOf) {
        fields.add(new Field(name, offset, bytes, code -> List.of(nameOf.apply(code)), null));
        return this;
    }

    /** An account as it was right after a change event; both sides of the event have the same shape. */
    private RecordForm side(String prefix, int at, int timestampAt) {
        int side = at - ChangeEventLayout.DEBIT_ACCOUNT_ID;
        return number(prefix + "id", at, 16)
                .number(prefix + "debits_pending", side + ChangeEventLayout.DEBIT_ACCOUNT_DEBITS_PENDING, 16)
                .number(prefix + "debits_posted", side + ChangeEventLayout.DEBIT_ACCOUNT_DEBITS_POSTED, 16)
                .number(prefix + "credits_pending", side + ChangeEventLayout.DEBIT_ACCOUNT_CREDITS_PENDING, 16)
                .number(prefix + "credits_posted", side + ChangeEventLayout.DEBIT_ACCOUNT_CREDITS_POSTED, 16)
                .number(prefix + "user_data_128", side + ChangeEventLayout.DEBIT_ACCOUNT_USER_DATA_128, 16)
                .number(prefix + "user_data_64", side + ChangeEventLayout.DEBIT_ACCOUNT_USER_DATA_64, 8)
                .number(prefix + "user_data_32", side + ChangeEventLayout.DEBIT_ACCOUNT_USER_DATA_32, 4)
                .number(prefix + "code", side + ChangeEventLayout.DEBIT_ACCOUNT_CODE, 2)
                .flags(prefix + "flags", side + ChangeEventLayout.DEBIT_ACCOUNT_FLAGS, 2, AccountFlags::names,
                        AccountFlags::parse)
                .number(prefix + "timestamp", timestampAt, 8);
    }

    private static String changeEventType(int code) {
        return ChangeEvent.Type.byCode(code).name().toLowerCase(Locale.ROOT);
    }
}
