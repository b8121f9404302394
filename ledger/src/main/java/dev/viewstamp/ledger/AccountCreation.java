package dev.viewstamp.ledger;

/** create_accounts (ledger spec §8). Account statuses are never remembered. */
final class AccountCreation implements Creation {
    private final AccountStore accounts;
    private final RecordIndex index;
    private final AccountRules rules;
    private long timestamp;

    AccountCreation(LedgerState state) {
        accounts = state.accounts;
        index = state.accountIndex;
        rules = new AccountRules(state);
    }

    @Override
    public int importedFlag() {
        return AccountFlags.IMPORTED;
    }

    @Override
    public int importedEventExpected() {
        return CreateAccountStatus.IMPORTED_EVENT_EXPECTED.code();
    }

    @Override
    public int importedEventNotExpected() {
        return CreateAccountStatus.IMPORTED_EVENT_NOT_EXPECTED.code();
    }

    @Override
    public int importedEventTimestampOutOfRange() {
        return CreateAccountStatus.IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE.code();
    }

    @Override
    public int importedEventTimestampMustNotAdvance() {
        return CreateAccountStatus.IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE.code();
    }

    @Override
    public void reserve(int count) {
        accounts.reserve(count);
    }

    @Override
    public void lookAhead(byte[] body, int at, int count) {
        // Accounts are few and created seldom.
    }

    @Override
    public int create(byte[] body, int at, long slot) {
        int existing = accounts.find(LittleEndian.u64(body, at), LittleEndian.u64(body, at + Long.BYTES));
        CreateAccountStatus status = rules.check(body, at, slot, existing);
        if (status == CreateAccountStatus.CREATED) {
            boolean imported = (LittleEndian.u16(body, at + AccountLayout.FLAGS) & AccountFlags.IMPORTED) != 0;
            timestamp = imported ? LittleEndian.u64(body, at + AccountLayout.TIMESTAMP) : slot;
            accounts.append(body, at, timestamp);
            index.add();
        } else if (status == CreateAccountStatus.EXISTS) {
            timestamp = accounts.timestamp(existing);
        }
        return status.code();
    }

    @Override
    public long timestamp() {
        return timestamp;
    }

    @Override
    public boolean hasTimestamp(int status) {
        return status == CREATED || status == CreateAccountStatus.EXISTS.code();
    }

    @Override
    public void failed(byte[] body, int at, int status) {
        // The same account may be tried again.
    }
}
