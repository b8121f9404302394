package dev.viewstamp.ledger.table;

import dev.viewstamp.ledger.AccountBalanceLayout;
import dev.viewstamp.ledger.AccountFilter;
import dev.viewstamp.ledger.AccountFilterFlags;
import dev.viewstamp.ledger.AccountFilterLayout;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.AccountLayout;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.QueryFilter;
import dev.viewstamp.ledger.QueryFilterFlags;
import dev.viewstamp.ledger.QueryFilterLayout;
import dev.viewstamp.ledger.TransferFlags;
import dev.viewstamp.ledger.TransferLayout;
import dev.viewstamp.ledger.Uint128;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads events from words such as {@code transfer T1 debit=A1 credit=A2 amount=max-3 flags=pending|linked}. Ledger and
 * code are 1 unless given, 0 in posts and voids; everything else is 0 unless given. {@code A7} and {@code T7} are 7,
 * {@code max} is 2^128 - 1, and a flag may be a hexadecimal number.
 */
final class Events {
    /** Where the fields of a record lie, by name, and how wide they are. */
    static final class Fields {
        private final Map<String, int[]> places = new HashMap<>();

        private Fields with(String name, int offset, int bytes) {
            places.put(name, new int[] {offset, bytes});
            return this;
        }

        void put(byte[] record, int at, String name, Uint128 value) {
            int[] place = place(name);
            switch (place[1]) {
                case 2 -> LittleEndian.putU16(record, at + place[0], (int) value.lo());
                case 4 -> LittleEndian.putU32(record, at + place[0], value.lo());
                case 8 -> LittleEndian.putU64(record, at + place[0], value.lo());
                default -> LittleEndian.putU128(record, at + place[0], value);
            }
        }

        Uint128 get(byte[] record, int at, String name) {
            int[] place = place(name);
            return switch (place[1]) {
                case 2 -> Uint128.of(LittleEndian.u16(record, at + place[0]));
                case 4 -> Uint128.of(LittleEndian.u32(record, at + place[0]));
                case 8 -> Uint128.of(LittleEndian.u64(record, at + place[0]));
                default -> LittleEndian.u128(record, at + place[0]);
            };
        }

        private int[] place(String name) {
            int[] place = places.get(name);
            if (place == null) throw new IllegalArgumentException("no field is called " + name);
            return place;
        }
    }

    static final Fields ACCOUNT_FIELDS = new Fields()
            .with("id", AccountLayout.ID, 16)
            .with("debits_pending", AccountLayout.DEBITS_PENDING, 16)
            .with("debits_posted", AccountLayout.DEBITS_POSTED, 16)
            .with("credits_pending", AccountLayout.CREDITS_PENDING, 16)
            .with("credits_posted", AccountLayout.CREDITS_POSTED, 16)
            .with("user_data_128", AccountLayout.USER_DATA_128, 16)
            .with("user_data_64", AccountLayout.USER_DATA_64, 8)
            .with("user_data_32", AccountLayout.USER_DATA_32, 4)
            .with("reserved", AccountLayout.RESERVED, 4)
            .with("ledger", AccountLayout.LEDGER, 4)
            .with("code", AccountLayout.CODE, 2)
            .with("timestamp", AccountLayout.TIMESTAMP, 8);

    static final Fields TRANSFER_FIELDS = new Fields()
            .with("id", TransferLayout.ID, 16)
            .with("debit", TransferLayout.DEBIT_ACCOUNT_ID, 16)
            .with("credit", TransferLayout.CREDIT_ACCOUNT_ID, 16)
            .with("amount", TransferLayout.AMOUNT, 16)
            .with("pending", TransferLayout.PENDING_ID, 16)
            .with("user_data_128", TransferLayout.USER_DATA_128, 16)
            .with("user_data_64", TransferLayout.USER_DATA_64, 8)
            .with("user_data_32", TransferLayout.USER_DATA_32, 4)
            .with("timeout", TransferLayout.TIMEOUT, 4)
            .with("ledger", TransferLayout.LEDGER, 4)
            .with("code", TransferLayout.CODE, 2)
            .with("timestamp", TransferLayout.TIMESTAMP, 8);

    static final Fields BALANCE_FIELDS = new Fields()
            .with("debits_pending", AccountBalanceLayout.DEBITS_PENDING, 16)
            .with("debits_posted", AccountBalanceLayout.DEBITS_POSTED, 16)
            .with("credits_pending", AccountBalanceLayout.CREDITS_PENDING, 16)
            .with("credits_posted", AccountBalanceLayout.CREDITS_POSTED, 16);

    static final Fields ACCOUNT_FILTER_FIELDS = new Fields()
            .with("account_id", AccountFilterLayout.ACCOUNT_ID, 16)
            .with("user_data_128", AccountFilterLayout.USER_DATA_128, 16)
            .with("user_data_64", AccountFilterLayout.USER_DATA_64, 8)
            .with("user_data_32", AccountFilterLayout.USER_DATA_32, 4)
            .with("code", AccountFilterLayout.CODE, 2)
            .with("timestamp_min", AccountFilterLayout.TIMESTAMP_MIN, 8)
            .with("timestamp_max", AccountFilterLayout.TIMESTAMP_MAX, 8)
            .with("limit", AccountFilterLayout.LIMIT, 4);

    static final Fields QUERY_FILTER_FIELDS = new Fields()
            .with("user_data_128", QueryFilterLayout.USER_DATA_128, 16)
            .with("user_data_64", QueryFilterLayout.USER_DATA_64, 8)
            .with("user_data_32", QueryFilterLayout.USER_DATA_32, 4)
            .with("ledger", QueryFilterLayout.LEDGER, 4)
            .with("code", QueryFilterLayout.CODE, 2)
            .with("timestamp_min", QueryFilterLayout.TIMESTAMP_MIN, 8)
            .with("timestamp_max", QueryFilterLayout.TIMESTAMP_MAX, 8)
            .with("limit", QueryFilterLayout.LIMIT, 4);

    private static final BigInteger MAX = Uint128.MAX.toBigInteger();

    private Events() {}

    static byte[] account(String[] words) {
        byte[] event = new byte[AccountLayout.SIZE];
        LittleEndian.putU32(event, AccountLayout.LEDGER, 1);
        LittleEndian.putU16(event, AccountLayout.CODE, 1);
        fill(event, words, ACCOUNT_FIELDS, AccountLayout.FLAGS, true);
        return event;
    }

    static byte[] transfer(String[] words) {
        byte[] event = new byte[TransferLayout.SIZE];
        boolean resolves = String.join(" ", words).matches(".*flags=\\S*(post|void)_pending_transfer.*");
        LittleEndian.putU32(event, TransferLayout.LEDGER, resolves ? 0 : 1);
        LittleEndian.putU16(event, TransferLayout.CODE, resolves ? 0 : 1);
        fill(event, words, TRANSFER_FIELDS, TransferLayout.FLAGS, false);
        return event;
    }

    /** A filter that asks for everything but for what the words say. */
    static byte[] filter(boolean byAccount, String[] words) {
        byte[] filter = new byte[byAccount ? AccountFilterLayout.SIZE : QueryFilterLayout.SIZE];
        if (byAccount) AccountFilter.builder().build().writeTo(filter, 0);
        else QueryFilter.builder().build().writeTo(filter, 0);
        for (int i = 1; i < words.length; i++) {
            String[] pair = words[i].split("=");
            if (!pair[0].equals("flags")) {
                (byAccount ? ACCOUNT_FILTER_FIELDS : QUERY_FILTER_FIELDS).put(filter, 0, pair[0], number(pair[1]));
                continue;
            }
            int flags = pair[1].startsWith("0x") ? Integer.decode(pair[1])
                    : byAccount ? AccountFilterFlags.parse(pair[1]) : QueryFilterFlags.parse(pair[1]);
            LittleEndian.putU32(filter, byAccount ? AccountFilterLayout.FLAGS : QueryFilterLayout.FLAGS, flags);
        }
        return filter;
    }

    static Uint128 number(String text) {
        if (text.startsWith("max-")) return Uint128.of(MAX.subtract(new BigInteger(text.substring(4))));
        if (text.equals("max")) return Uint128.MAX;
        return Uint128.parse(text.replaceFirst("^[AT](?=\\d)", ""));
    }

    private static void fill(byte[] event, String[] words, Fields fields, int flagsAt, boolean isAccount) {
        fields.put(event, 0, "id", number(words[1]));
        for (int i = 2; i < words.length; i++) {
            String[] pair = words[i].split("=");
            if (pair[0].equals("flags")) LittleEndian.putU16(event, flagsAt, flags(pair[1], isAccount));
            else fields.put(event, 0, pair[0], number(pair[1]));
        }
    }

    private static int flags(String text, boolean isAccount) {
        int flags = 0;
        for (String flag : text.split("\\|")) {
            if (flag.startsWith("0x")) flags |= Integer.decode(flag);
            else flags |= isAccount ? AccountFlags.parse(flag) : TransferFlags.parse(flag);
        }
        return flags;
    }
}
