package dev.viewstamp.actors.cli.repl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.CreateTransferResult;
import dev.viewstamp.ledger.CreateTransferStatus;
import dev.viewstamp.ledger.Uint128;
import org.junit.jupiter.api.Test;

class ResultTextTest {
    @Test
    void accountsLookAsInTigerBeetlesRepl() {
        byte[] row = new byte[128];
        Account.builder().id(Uint128.MAX).ledger(700).code(10).flags(AccountFlags.LINKED | AccountFlags.HISTORY)
                .debitsPosted(10).timestamp(7).build().writeTo(row, 0);
        assertEquals("""
                {
                  "id": "340282366920938463463374607431768211455",
                  "debits_pending": "0",
                  "debits_posted": "10",
                  "credits_pending": "0",
                  "credits_posted": "0",
                  "user_data_128": "0",
                  "user_data_64": "0",
                  "user_data_32": "0",
                  "ledger": "700",
                  "code": "10",
                  "flags": ["linked","history"],
                  "timestamp": "7"
                }
                """, ResultText.objects(RecordForm.ACCOUNT, row));
    }

    @Test
    void createResultsCarryTheirStatusByName() {
        byte[] rows = new byte[32];
        new CreateTransferResult(5, CreateTransferStatus.CREATED).writeTo(rows, 0);
        new CreateTransferResult(6, CreateTransferStatus.EXCEEDS_CREDITS).writeTo(rows, 16);
        assertEquals("[{\"timestamp\":\"5\",\"status\":\"created\"},"
                + "{\"timestamp\":\"6\",\"status\":\"exceeds_credits\"}]",
                ResultText.array(RecordForm.CREATE_TRANSFER_RESULT, rows));
        assertEquals(2, ResultText.count(RecordForm.CREATE_TRANSFER_RESULT, rows));
    }

    @Test
    void nothingIsAnEmptyArray() {
        assertEquals("[]", ResultText.array(RecordForm.TRANSFER, new byte[0]));
        assertEquals("", ResultText.objects(RecordForm.TRANSFER, new byte[0]));
    }
}
