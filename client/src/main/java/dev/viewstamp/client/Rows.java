package dev.viewstamp.client;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountBalance;
import dev.viewstamp.ledger.AccountBalanceLayout;
import dev.viewstamp.ledger.AccountFilter;
import dev.viewstamp.ledger.AccountFilterLayout;
import dev.viewstamp.ledger.AccountLayout;
import dev.viewstamp.ledger.ChangeEvent;
import dev.viewstamp.ledger.ChangeEventLayout;
import dev.viewstamp.ledger.ChangeEventsFilter;
import dev.viewstamp.ledger.ChangeEventsFilterLayout;
import dev.viewstamp.ledger.CreateAccountResult;
import dev.viewstamp.ledger.CreateResultLayout;
import dev.viewstamp.ledger.CreateTransferResult;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.QueryFilter;
import dev.viewstamp.ledger.QueryFilterLayout;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferLayout;
import dev.viewstamp.ledger.Uint128;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Records of one kind behind each other, and the list of values that they are. Stateless and thread-safe.
 *
 * @param size of one record, bytes
 */
record Rows<T>(int size, Writer<T> writer, Reader<T> reader) {
    static final Rows<Uint128> IDS = new Rows<>(16, (id, to, at) -> LittleEndian.putU128(to, at, id),
            LittleEndian::u128);
    static final Rows<Account> ACCOUNTS = new Rows<>(AccountLayout.SIZE, Account::writeTo, Account::read);
    static final Rows<Transfer> TRANSFERS = new Rows<>(TransferLayout.SIZE, Transfer::writeTo, Transfer::read);
    static final Rows<CreateAccountResult> ACCOUNT_RESULTS =
            new Rows<>(CreateResultLayout.SIZE, CreateAccountResult::writeTo, CreateAccountResult::read);
    static final Rows<CreateTransferResult> TRANSFER_RESULTS =
            new Rows<>(CreateResultLayout.SIZE, CreateTransferResult::writeTo, CreateTransferResult::read);
    static final Rows<AccountBalance> BALANCES =
            new Rows<>(AccountBalanceLayout.SIZE, AccountBalance::writeTo, AccountBalance::read);
    static final Rows<AccountFilter> ACCOUNT_FILTERS =
            new Rows<>(AccountFilterLayout.SIZE, AccountFilter::writeTo, AccountFilter::read);
    static final Rows<QueryFilter> QUERY_FILTERS =
            new Rows<>(QueryFilterLayout.SIZE, QueryFilter::writeTo, QueryFilter::read);
    static final Rows<ChangeEventsFilter> CHANGE_EVENTS_FILTERS =
            new Rows<>(ChangeEventsFilterLayout.SIZE, ChangeEventsFilter::writeTo, ChangeEventsFilter::read);
    static final Rows<ChangeEvent> CHANGE_EVENTS =
            new Rows<>(ChangeEventLayout.SIZE, ChangeEvent::writeTo, ChangeEvent::read);

    interface Writer<T> {
        void write(T value, byte[] target, int offset);
    }

    interface Reader<T> {
        T read(byte[] source, int offset);
    }

    byte[] encode(List<T> values) {
        byte[] bytes = new byte[Math.multiplyExact(values.size(), size)];
        int offset = 0;
        for (T value : values) {
            writer.write(value, bytes, offset);
            offset += size;
        }
        return bytes;
    }

    /**
     * An unmodifiable list of the records from {@code from} to {@code to}.
     *
     * @throws IllegalArgumentException if they are no whole number of records, or hold an unknown code
     */
    List<T> decode(byte[] bytes, int from, int to) {
        if ((to - from) % size != 0) {
            throw new IllegalArgumentException(to - from + " bytes are no whole number of rows of " + size);
        }
        List<T> values = new ArrayList<>((to - from) / size);
        for (int offset = from; offset < to; offset += size) {
            values.add(reader.read(bytes, offset));
        }
        return Collections.unmodifiableList(values);
    }
}
