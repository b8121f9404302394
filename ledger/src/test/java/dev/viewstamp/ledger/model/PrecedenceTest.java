package dev.viewstamp.ledger.model;

import static dev.viewstamp.ledger.CreateAccountStatus.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.AccountLayout;
import dev.viewstamp.ledger.CreateAccountStatus;
import dev.viewstamp.ledger.CreateTransferStatus;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import dev.viewstamp.ledger.Uint128;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The order of the checks, as stairs (ledger spec §7 to §11): the event at the top is wrong in every way
 * there is; each step names what the ledger complains about and then mends just that, until nothing is
 * left.
 */
class PrecedenceTest {
    private static final String BOTH = "dev.viewstamp.ledger.model.LedgerDesk#both";
    private static final int PENDING = TransferFlags.PENDING;

    /** Walks down one staircase of accounts. */
    private static final class AccountStairs {
        private final LedgerDesk desk;
        private final Account.Builder account;
        private long reserved;

        AccountStairs(LedgerDesk desk, Account.Builder account, long reserved) {
            this.desk = desk;
            this.account = account;
            this.reserved = reserved;
        }

        void step(CreateAccountStatus complaint, Consumer<Account.Builder> mend) {
            byte[] event = new byte[AccountLayout.SIZE];
            account.build().writeTo(event, 0);
            LittleEndian.putU32(event, AccountLayout.RESERVED, reserved);
            assertEquals(complaint, CreateAccountStatus.byCode(code(desk.createAccounts(event).get(0))));
            reserved = 0;
            mend.accept(account);
        }
    }

    /** Walks down one staircase of transfers; every step takes a new id, because some are remembered. */
    private static final class TransferStairs {
        private final LedgerDesk desk;
        private final Transfer.Builder transfer;
        private final boolean keepsId;
        private long nextId = 1_000;

        TransferStairs(LedgerDesk desk, Transfer.Builder transfer, boolean keepsId) {
            this.desk = desk;
            this.transfer = transfer;
            this.keepsId = keepsId;
        }

        void step(CreateTransferStatus complaint, Consumer<Transfer.Builder> mend) {
            int code = code(desk.create(transfer.build()).get(0));
            assertEquals(complaint, CreateTransferStatus.byCode(code));
            if (!keepsId) transfer.id(nextId++);
            mend.accept(transfer);
        }
    }

    @ParameterizedTest
    @MethodSource(BOTH)
    void newAccount(LedgerDesk desk) {
        AccountStairs stairs = new AccountStairs(desk, Account.builder().timestamp(7).flags(0xFFC6)
                .debitsPending(1).debitsPosted(1).creditsPending(1).creditsPosted(1), 1);
        stairs.step(TIMESTAMP_MUST_BE_ZERO, a -> a.timestamp(0));
        stairs = new AccountStairs(desk, stairs.account, 1);
        stairs.step(RESERVED_FIELD, a -> { });
        stairs.step(RESERVED_FLAG, a -> a.flags(6));
        stairs.step(ID_MUST_NOT_BE_ZERO, a -> a.id(Uint128.MAX));
        stairs.step(ID_MUST_NOT_BE_INT_MAX, a -> a.id(5));
        stairs.step(FLAGS_ARE_MUTUALLY_EXCLUSIVE, a -> a.flags(2));
        stairs.step(DEBITS_PENDING_MUST_BE_ZERO, a -> a.debitsPending(0));
        stairs.step(DEBITS_POSTED_MUST_BE_ZERO, a -> a.debitsPosted(0));
        stairs.step(CREDITS_PENDING_MUST_BE_ZERO, a -> a.creditsPending(0));
        stairs.step(CREDITS_POSTED_MUST_BE_ZERO, a -> a.creditsPosted(0));
        stairs.step(LEDGER_MUST_NOT_BE_ZERO, a -> a.ledger(1));
        stairs.step(CODE_MUST_NOT_BE_ZERO, a -> a.code(1));
        stairs.step(CREATED, a -> { });
        stairs.step(EXISTS, a -> { });
    }

    /** An account that exists is compared before flags exclude each other or balances must be zero. */
    @ParameterizedTest
    @MethodSource(BOTH)
    void existingAccount(LedgerDesk desk) {
        desk.create(Account.builder().id(5).ledger(1).code(1).build());
        AccountStairs stairs = new AccountStairs(desk, Account.builder().id(5).flags(6).debitsPosted(1)
                .userData128(1).userData64(1).userData32(1).ledger(0).code(0), 0);
        stairs.step(EXISTS_WITH_DIFFERENT_FLAGS, a -> a.flags(0));
        stairs.step(EXISTS_WITH_DIFFERENT_USER_DATA_128, a -> a.userData128(0));
        stairs.step(EXISTS_WITH_DIFFERENT_USER_DATA_64, a -> a.userData64(0));
        stairs.step(EXISTS_WITH_DIFFERENT_USER_DATA_32, a -> a.userData32(0));
        stairs.step(EXISTS_WITH_DIFFERENT_LEDGER, a -> a.ledger(1));
        stairs.step(EXISTS_WITH_DIFFERENT_CODE, a -> a.code(1));
        stairs.step(EXISTS, a -> { });
    }

    @ParameterizedTest
    @MethodSource(BOTH)
    void importedAccount(LedgerDesk desk) {
        desk.wall(1_000);
        desk.create(account(1, 0), account(2, 0));
        desk.create(transfer(1, 1, 2, 1, 0).build());
        desk.wall(2_000);
        AccountStairs stairs = new AccountStairs(desk, Account.builder().id(0).ledger(0)
                .flags(AccountFlags.IMPORTED).timestamp(0), 1);
        stairs.step(IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE, a -> a.timestamp(Long.MIN_VALUE));
        stairs.step(IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE, a -> a.timestamp(9_999));
        stairs.step(IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE, a -> a.timestamp(1_002));
        stairs.step(ID_MUST_NOT_BE_ZERO, a -> a.id(5));
        stairs.step(LEDGER_MUST_NOT_BE_ZERO, a -> a.ledger(1).code(1));
        stairs.step(IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS, a -> a.timestamp(1_004));     // the transfer's
        stairs.step(IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS, a -> a.timestamp(1_005));
        stairs.step(CREATED, a -> { });
    }

    @ParameterizedTest
    @MethodSource(BOTH)
    void plainTransfer(LedgerDesk desk) {
        desk.create(account(1, 0), account(2, 0), account(3, AccountFlags.CLOSED), account(4, AccountFlags.CLOSED),
                account(5, 0).toBuilder().ledger(2).build());
        desk.create(transfer(1, 1, 3, 1, 0).build());
        TransferStairs stairs = new TransferStairs(desk, Transfer.builder().timestamp(9)
                .flags(0xFE00 | TransferFlags.CLOSING_DEBIT).pendingId(1).timeout(1).amount(1), false);
        stairs.step(CreateTransferStatus.TIMESTAMP_MUST_BE_ZERO, t -> t.id(0).timestamp(0));
        stairs.step(CreateTransferStatus.RESERVED_FLAG, t -> t.id(0).flags(TransferFlags.CLOSING_DEBIT));
        stairs.step(CreateTransferStatus.ID_MUST_NOT_BE_ZERO, t -> t.id(Uint128.MAX));
        stairs.step(CreateTransferStatus.ID_MUST_NOT_BE_INT_MAX, t -> t.id(1));
        stairs.step(CreateTransferStatus.ID_ALREADY_FAILED, t -> t.id(50));
        stairs.step(CreateTransferStatus.DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO, t -> t.debit(Uint128.MAX));
        stairs.step(CreateTransferStatus.DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX, t -> t.debit(8));
        stairs.step(CreateTransferStatus.CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO, t -> t.credit(Uint128.MAX));
        stairs.step(CreateTransferStatus.CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX, t -> t.credit(8));
        stairs.step(CreateTransferStatus.ACCOUNTS_MUST_BE_DIFFERENT, t -> t.credit(9));
        stairs.step(CreateTransferStatus.PENDING_ID_MUST_BE_ZERO, t -> t.pendingId(0));
        stairs.step(CreateTransferStatus.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER, t -> t.timeout(0));
        stairs.step(CreateTransferStatus.CLOSING_TRANSFER_MUST_BE_PENDING, t -> t.flags(0));
        stairs.step(CreateTransferStatus.LEDGER_MUST_NOT_BE_ZERO, t -> t.ledger(3));
        stairs.step(CreateTransferStatus.CODE_MUST_NOT_BE_ZERO, t -> t.code(1));
        stairs.step(CreateTransferStatus.DEBIT_ACCOUNT_NOT_FOUND, t -> t.debit(3));
        stairs.step(CreateTransferStatus.CREDIT_ACCOUNT_NOT_FOUND, t -> t.credit(5));
        stairs.step(CreateTransferStatus.ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER, t -> t.credit(4));
        stairs.step(CreateTransferStatus.TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS, t -> t.ledger(1));
        stairs.step(CreateTransferStatus.DEBIT_ACCOUNT_ALREADY_CLOSED, t -> t.debit(1));
        stairs.step(CreateTransferStatus.CREDIT_ACCOUNT_ALREADY_CLOSED, t -> t.credit(2));
        stairs.step(CreateTransferStatus.CREATED, t -> { });
    }

    /**
     * Accounts 10, 11, 12 owe: both kinds, pending only, nothing; 20, 21, 22 own likewise. 13 and 23 are
     * limited and have nothing to spend. It is so late that long timeouts go beyond the end of time.
     */
    @ParameterizedTest
    @MethodSource(BOTH)
    void bounds(LedgerDesk desk) {
        desk.wall(Long.MAX_VALUE - 1_000_000_000_000L);
        desk.create(account(1, 0), account(2, 0), account(10, 0), account(11, 0), account(12, 0), account(20, 0),
                account(21, 0), account(22, 0), account(13, AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS),
                account(23, AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS), account(14, 0), account(24, 0));
        desk.create(transfer(1, 10, 2, 1, 0).build(), transfer(2, 10, 2, 1, PENDING).build(),
                transfer(3, 11, 2, 1, PENDING).build(), transfer(4, 1, 20, 1, 0).build(),
                transfer(5, 1, 20, 1, PENDING).build(), transfer(6, 1, 21, 1, PENDING).build(),
                transfer(7, 14, 2, 1, 0).build(), transfer(8, 1, 24, 1, 0).build());
        TransferStairs stairs = new TransferStairs(desk, transfer(50, 10, 20, 0, PENDING).amount(Uint128.MAX)
                .timeout(0xFFFF_FFFFL), false);
        stairs.step(CreateTransferStatus.OVERFLOWS_DEBITS_PENDING, t -> t.debit(14));
        stairs.step(CreateTransferStatus.OVERFLOWS_CREDITS_PENDING, t -> t.credit(24));
        stairs.step(CreateTransferStatus.OVERFLOWS_DEBITS_POSTED, t -> t.debit(11).flags(0).timeout(0));
        stairs.step(CreateTransferStatus.OVERFLOWS_CREDITS_POSTED, t -> t.credit(21));
        stairs.step(CreateTransferStatus.OVERFLOWS_DEBITS, t -> t.debit(13));
        stairs.step(CreateTransferStatus.OVERFLOWS_CREDITS,
                t -> t.credit(23).flags(PENDING).timeout(0xFFFF_FFFFL));
        stairs.step(CreateTransferStatus.OVERFLOWS_TIMEOUT, t -> t.timeout(1));
        stairs.step(CreateTransferStatus.EXCEEDS_CREDITS, t -> t.debit(12));
        stairs.step(CreateTransferStatus.EXCEEDS_DEBITS, t -> t.credit(22));
        stairs.step(CreateTransferStatus.CREATED, t -> { });
    }

    @ParameterizedTest
    @MethodSource(BOTH)
    void importedTransfer(LedgerDesk desk) {
        desk.wall(1_000);
        desk.create(account(1, 0), account(2, 0), account(3, AccountFlags.CLOSED));      // 1 001, 1 002, 1 003
        desk.wall(1_200);
        desk.create(account(4, 0));                                                      // 1 201
        desk.wall(2_000);
        TransferStairs stairs = new TransferStairs(desk, transfer(50, 2, 3, 1, TransferFlags.IMPORTED | PENDING)
                .debit(0).timeout(1).timestamp(0), false);
        stairs.step(CreateTransferStatus.IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE, t -> t.timestamp(Long.MIN_VALUE));
        stairs.step(CreateTransferStatus.IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE, t -> t.timestamp(9_999));
        stairs.step(CreateTransferStatus.IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE, t -> t.timestamp(1_001));
        stairs.step(CreateTransferStatus.DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO, t -> t.debit(2));
        stairs.step(CreateTransferStatus.IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS, t -> t.timestamp(1_000));
        stairs.step(CreateTransferStatus.IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_DEBIT_ACCOUNT, t -> t.debit(1)
                .credit(4).timestamp(1_100));
        stairs.step(CreateTransferStatus.IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_CREDIT_ACCOUNT,
                t -> t.timestamp(1_500).credit(3));
        stairs.step(CreateTransferStatus.IMPORTED_EVENT_TIMEOUT_MUST_BE_ZERO, t -> t.timeout(0));
        stairs.step(CreateTransferStatus.CREDIT_ACCOUNT_ALREADY_CLOSED, t -> t.credit(2));
        stairs.step(CreateTransferStatus.CREATED, t -> { });
        stairs.step(CreateTransferStatus.IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS, t -> t.timestamp(1_501));
        stairs.step(CreateTransferStatus.CREATED, t -> { });
    }

    @ParameterizedTest
    @MethodSource(BOTH)
    void postOrVoid(LedgerDesk desk) {
        desk.create(account(1, 0), account(2, 0), account(3, 0));
        desk.create(transfer(1, 1, 2, 10, PENDING).timeout(1).build(), transfer(2, 1, 2, 10, 0).build(),
                transfer(3, 1, 2, 10, PENDING).build(), transfer(4, 1, 2, 10, PENDING).build(),
                resolution(5, 3, TransferFlags.POST_PENDING_TRANSFER).amount(Uint128.MAX).build(),
                resolution(6, 4, TransferFlags.VOID_PENDING_TRANSFER).build(),
                transfer(7, 1, 2, 10, PENDING).build(),
                transfer(8, 1, 3, 0, PENDING | TransferFlags.CLOSING_CREDIT).build(),
                transfer(9, 1, 2, 0, PENDING | TransferFlags.CLOSING_DEBIT).build());
        desk.wall(1_000_000_100);
        TransferStairs stairs = new TransferStairs(desk, Transfer.builder().id(50).debit(8).credit(9).ledger(9)
                .code(9).timeout(1).amount(99).flags(PENDING | TransferFlags.VOID_PENDING_TRANSFER), false);
        stairs.step(CreateTransferStatus.FLAGS_ARE_MUTUALLY_EXCLUSIVE,
                t -> t.flags(TransferFlags.VOID_PENDING_TRANSFER));
        stairs.step(CreateTransferStatus.PENDING_ID_MUST_NOT_BE_ZERO, t -> t.pendingId(Uint128.MAX));
        stairs.step(CreateTransferStatus.PENDING_ID_MUST_NOT_BE_INT_MAX, t -> t.id(60).pendingId(60));
        stairs.step(CreateTransferStatus.PENDING_ID_MUST_BE_DIFFERENT, t -> t.pendingId(77));
        stairs.step(CreateTransferStatus.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER, t -> t.timeout(0));
        stairs.step(CreateTransferStatus.PENDING_TRANSFER_NOT_FOUND, t -> t.pendingId(2));
        stairs.step(CreateTransferStatus.PENDING_TRANSFER_NOT_PENDING, t -> t.pendingId(3));
        stairs.step(CreateTransferStatus.PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID, t -> t.debit(1));
        stairs.step(CreateTransferStatus.PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID, t -> t.credit(2));
        stairs.step(CreateTransferStatus.PENDING_TRANSFER_HAS_DIFFERENT_LEDGER, t -> t.ledger(1));
        stairs.step(CreateTransferStatus.PENDING_TRANSFER_HAS_DIFFERENT_CODE, t -> t.code(1));
        stairs.step(CreateTransferStatus.EXCEEDS_PENDING_TRANSFER_AMOUNT, t -> t.amount(9));
        stairs.step(CreateTransferStatus.PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT, t -> t.amount(10));
        stairs.step(CreateTransferStatus.PENDING_TRANSFER_ALREADY_POSTED, t -> t.pendingId(4));
        stairs.step(CreateTransferStatus.PENDING_TRANSFER_ALREADY_VOIDED, t -> t.pendingId(1));
        stairs.step(CreateTransferStatus.PENDING_TRANSFER_EXPIRED,
                t -> t.pendingId(7).flags(TransferFlags.POST_PENDING_TRANSFER));
        stairs.step(CreateTransferStatus.DEBIT_ACCOUNT_ALREADY_CLOSED,
                t -> t.flags(TransferFlags.VOID_PENDING_TRANSFER).pendingId(9).amount(0));
        stairs.step(CreateTransferStatus.CREATED, t -> t.debit(0).credit(0).pendingId(8)
                .flags(TransferFlags.POST_PENDING_TRANSFER));
        stairs.step(CreateTransferStatus.CREDIT_ACCOUNT_ALREADY_CLOSED,
                t -> t.flags(TransferFlags.VOID_PENDING_TRANSFER));
        stairs.step(CreateTransferStatus.CREATED, t -> { });
    }

    @ParameterizedTest
    @MethodSource(BOTH)
    void existingTransfer(LedgerDesk desk) {
        desk.create(account(1, 0), account(2, 0));
        desk.create(transfer(50, 1, 2, 10, PENDING).timeout(9).build());
        TransferStairs stairs = new TransferStairs(desk, Transfer.builder().id(50).pendingId(50).userData128(1)
                .userData64(1).userData32(1).flags(TransferFlags.CLOSING_DEBIT), true);
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_FLAGS, t -> t.flags(PENDING));
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_PENDING_ID, t -> t.pendingId(0));
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_TIMEOUT, t -> t.timeout(9));
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID, t -> t.debit(1));
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID, t -> t.credit(2));
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_AMOUNT, t -> t.amount(10));
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_USER_DATA_128, t -> t.userData128(0));
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_USER_DATA_64, t -> t.userData64(0));
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_USER_DATA_32, t -> t.userData32(0));
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_LEDGER, t -> t.ledger(1));
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_CODE, t -> t.code(1));
        stairs.step(CreateTransferStatus.EXISTS, t -> { });
    }

    @ParameterizedTest
    @MethodSource(BOTH)
    void existingPost(LedgerDesk desk) {
        desk.create(account(1, 0), account(2, 0));
        desk.create(transfer(1, 1, 2, 10, PENDING).userData128(5).userData64(5).userData32(5).build(),
                resolution(50, 1, TransferFlags.POST_PENDING_TRANSFER).amount(4).build());
        TransferStairs stairs = new TransferStairs(desk, resolution(50, 2, TransferFlags.POST_PENDING_TRANSFER)
                .timeout(1).debit(2).credit(1).amount(Uint128.MAX).userData128(1).userData64(1).userData32(1)
                .ledger(9).code(9), true);
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_PENDING_ID, t -> t.pendingId(1));
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_TIMEOUT, t -> t.timeout(0));
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID, t -> t.debit(0));
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID, t -> t.credit(2));
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_AMOUNT, t -> t.amount(4));
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_USER_DATA_128, t -> t.userData128(0));
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_USER_DATA_64, t -> t.userData64(5));
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_USER_DATA_32, t -> t.userData32(0));
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_LEDGER, t -> t.ledger(0));
        stairs.step(CreateTransferStatus.EXISTS_WITH_DIFFERENT_CODE, t -> t.code(1));
        stairs.step(CreateTransferStatus.EXISTS, t -> { });
    }

    private static int code(String result) {
        String code = result.substring(result.indexOf('/') + 1);
        return code.equals("C") ? -1 : Integer.parseInt(code);
    }

    private static Account account(long id, int flags) {
        return Account.builder().id(id).ledger(1).code(1).flags(flags).build();
    }

    private static Transfer.Builder transfer(long id, long debit, long credit, long amount, int flags) {
        return Transfer.builder().id(id).debit(debit).credit(credit).amount(amount).ledger(1).code(1).flags(flags);
    }

    private static Transfer.Builder resolution(long id, long pendingId, int flags) {
        return Transfer.builder().id(id).pendingId(pendingId).flags(flags);
    }
}
