package dev.viewstamp.actors.cli.repl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.viewstamp.ledger.Account;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.ChangeEvent;
import dev.viewstamp.ledger.CreateTransferResult;
import dev.viewstamp.ledger.CreateTransferStatus;
import dev.viewstamp.ledger.Transfer;
import dev.viewstamp.ledger.TransferFlags;
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

    /** All fields of the record, each where the layout has it. */
    @Test
    void changeEventsShowBothAccounts() {
        Transfer transfer = Transfer.builder().id(9).debit(1).credit(2).amount(30).ledger(700).code(10)
                .flags(TransferFlags.PENDING).timeout(60).timestamp(77).build();
        Account debit = Account.builder().id(1).ledger(700).code(11).debitsPending(30).userData64(5)
                .flags(AccountFlags.HISTORY).timestamp(71).build();
        Account credit = Account.builder().id(2).ledger(700).code(12).creditsPending(30).timestamp(72).build();
        byte[] row = new byte[384];
        new ChangeEvent(99, ChangeEvent.Type.TWO_PHASE_EXPIRED, transfer, debit, credit).writeTo(row, 0);
        assertEquals("[{'timestamp':'99','type':'two_phase_expired','ledger':'700','transfer_id':'9',"
                + "'transfer_amount':'30','transfer_pending_id':'0','transfer_user_data_128':'0',"
                + "'transfer_user_data_64':'0','transfer_user_data_32':'0','transfer_timeout':'60',"
                + "'transfer_code':'10','transfer_flags':['pending'],'transfer_timestamp':'77',"
                + "'debit_account_id':'1','debit_account_debits_pending':'30','debit_account_debits_posted':'0',"
                + "'debit_account_credits_pending':'0','debit_account_credits_posted':'0',"
                + "'debit_account_user_data_128':'0','debit_account_user_data_64':'5',"
                + "'debit_account_user_data_32':'0','debit_account_code':'11','debit_account_flags':['history'],"
                + "'debit_account_timestamp':'71','credit_account_id':'2','credit_account_debits_pending':'0',"
                + "'credit_account_debits_posted':'0','credit_account_credits_pending':'30',"
                + "'credit_account_credits_posted':'0','credit_account_user_data_128':'0',"
                + "'credit_account_user_data_64':'0','credit_account_user_data_32':'0',"
                + "'credit_account_code':'12','credit_account_flags':[],'credit_account_timestamp':'72'}]",
                ResultText.array(RecordForm.CHANGE_EVENT, row).replace('"', '\''));
    }
}
