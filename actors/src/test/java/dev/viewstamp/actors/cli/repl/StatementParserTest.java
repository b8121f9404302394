package dev.viewstamp.actors.cli.repl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountFilter;
import dev.viewstamp.ledger.AccountFilterFlags;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
import dev.viewstamp.ledger.Uint128;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementParserTest {
    private static Statement.Request request(String source) throws SyntaxError {
        return (Statement.Request) StatementParser.parse(source).get(0);
    }

    @Test
    void theStartPagesStatementsParse() throws SyntaxError {
        List<Statement> script = StatementParser.parse("""
                create_accounts id=1 code=10 ledger=700, id=2 code=10 ledger=700;
                create_transfers id=1 debit_account_id=1 credit_account_id=2 amount=10 ledger=700 code=10;
                lookup_accounts id=1, id=2;
                """);
        assertEquals(3, script.size());
        Statement.Request accounts = (Statement.Request) script.get(0);
        assertEquals(Command.CREATE_ACCOUNTS, accounts.command());
        assertEquals(256, accounts.events().length);
        assertEquals(Account.builder().id(2).code(10).ledger(700).build(), Account.read(accounts.events(), 128));
        Statement.Request transfers = (Statement.Request) script.get(1);
        assertEquals(Transfer.builder().id(1).debit(1).credit(2).amount(10).ledger(700).code(10)
                .build(), Transfer.read(transfers.events(), 0));
        assertEquals(32, ((Statement.Request) script.get(2)).events().length);
        assertEquals("lookup_accounts id=1, id=2", ((Statement.Request) script.get(2)).text());
    }

    @Test
    void blanksMayStandAnywhereAndTheLastSemicolonMayBeMissing() throws SyntaxError {
        var request = request("create_accounts\n id = 1\tflags=linked | history code =10 ledger= 700 ,id=2");
        assertEquals(AccountFlags.LINKED | AccountFlags.HISTORY, Account.read(request.events(), 0).flags());
        assertEquals(Uint128.of(2), Account.read(request.events(), 128).id());
    }

    @Test
    void numbersComeInFourBasesAndCountDownFromTheMaximum() throws SyntaxError {
        var request = request("create_transfers id=0xa1a2a3a4_b1b2_c1c2_d1d2_e1e2e3e4e5e6 amount=-0 ledger=-1 "
                + "code=0b1010 timeout=0o17 user_data_64=1_000");
        Transfer transfer = Transfer.read(request.events(), 0);
        assertEquals(Uint128.parse("0xa1a2a3a4b1b2c1c2d1d2e1e2e3e4e5e6"), transfer.id());
        assertEquals(Uint128.MAX, transfer.amount());
        assertEquals(0xFFFF_FFFEL, transfer.ledger());
        assertEquals(10, transfer.code());
        assertEquals(15, transfer.timeout());
        assertEquals(1000, transfer.userData64());
    }

    @Test
    void filtersAskForEverythingUnlessTold() throws SyntaxError {
        AccountFilter open = AccountFilter.read(request("get_account_transfers account_id=1").events(), 0);
        assertEquals(8189, open.limit());
        assertEquals(AccountFilterFlags.DEBITS | AccountFilterFlags.CREDITS, open.flags());
        AccountFilter narrow = AccountFilter.read(
                request("get_account_balances account_id=1 flags=debits|reversed limit=5").events(), 0);
        assertEquals(5, narrow.limit());
        assertEquals(AccountFilterFlags.DEBITS | AccountFilterFlags.REVERSED, narrow.flags());
    }

    @Test
    void pendingTransfersParse() throws SyntaxError {
        var request = request("create_transfers id=5 flags=pending timeout=60, id=6 pending_id=5 amount=-0 "
                + "flags=post_pending_transfer;");
        assertEquals(TransferFlags.PENDING, Transfer.read(request.events(), 0).flags());
        assertEquals(Uint128.of(5), Transfer.read(request.events(), 128).pendingId());
    }

    /** Position: the first character that cannot be right. */
    @ParameterizedTest
    @CsvSource(delimiter = '#', quoteCharacter = '"', value = {
        "create_acounts id=1                 # 1  # unknown statement 'create_acounts'; did you mean create_accounts?",
        "lookup_accounts                     # 16 # expected a field and its value, such as id=1",
        "lookup_accounts id                  # 19 # expected = after id",
        "lookup_accounts id=                 # 20 # expected a value for id",
        "lookup_accounts id=zwei             # 20 # 'zwei' is no number; id takes a u128, 0 to 2^128 - 1",
        "lookup_accounts id=--1              # 20 # '--1' does not fit; id takes a u128, 0 to 2^128 - 1",
        "lookup_accounts di=1                # 17 # lookup_accounts has no field 'di'; did you mean id?",
        "lookup_accounts id=1 id=2           # 22 # id is given twice; a comma begins the next record",
        "lookup_accounts id=1,               # 22 # expected a field and its value, such as id=1",
        "lookup_accounts id=1 + 2            # 22 # unexpected '+'; expected a field such as id=1, "
            + "a comma or a semicolon",
        "lookup_accounts id=1 lookup_accounts id=2 # 22 # a semicolon must end the statement before lookup_accounts",
        "create_accounts code=65536          # 22 # '65536' does not fit; code takes a u16, 0 to 65535",
        "create_accounts flags=linked|linked # 30 # flag linked is given twice",
        "create_accounts flags=              # 23 # expected the name of a flag",
        "query_accounts limit=1, limit=2     # 25 # query_accounts takes a single record",
        "help me                             # 6  # help takes no arguments",
        "=                                   # 1  # unexpected '='; a statement begins with create_accounts, "
            + "create_transfers, lookup_accounts, lookup_transfers, get_account_transfers, get_account_balances, "
            + "query_accounts, query_transfers, get_change_events, help, exit",
    })
    void mistakesAreFoundWhereTheyAre(String source, int column, String message) {
        // The table's padding is trimmed, so that "the end" means the end of the source with one blank.
        String padded = column > source.length() + 1 ? source + " " : source;
        SyntaxError error = assertThrows(SyntaxError.class, () -> StatementParser.parse(padded));
        assertEquals(message, error.getMessage());
        assertEquals(column, error.column());
        assertEquals(1, error.line());
    }

    @Test
    void anUnknownFlagNamesTheKnownOnes() {
        SyntaxError error = assertThrows(SyntaxError.class,
                () -> StatementParser.parse("lookup_accounts id=1;\ncreate_accounts id=1\n  flags=history|lniked"));
        assertEquals(3, error.line());
        assertEquals(17, error.column());
        assertEquals("""
                  flags=history|lniked
                                ^ line 3, column 17: 'lniked' is no account flag; known are linked, \
                debits_must_not_exceed_credits, credits_must_not_exceed_debits, history, imported, closed""",
                error.show());
    }

    @Test
    void moreRecordsThanARequestHoldsAreRefusedAtTheFirstTooMany() throws SyntaxError {
        String full = "lookup_accounts " + "id=1,".repeat(8188) + "id=1";
        assertEquals(8189 * 16, request(full).events().length);
        SyntaxError error = assertThrows(SyntaxError.class, () -> StatementParser.parse(full + ",id=1"));
        assertEquals("lookup_accounts takes at most 8189 records; split it into several statements",
                error.getMessage());
    }
}
