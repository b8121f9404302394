package dev.viewstamp.ledger.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.ledger.audit.LedgerDump;
import dev.viewstamp.ledger.audit.LedgerInvariants;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The recorded histories must be answered byte for byte. */
class RecordedHistoriesTest {
    interface Executor {
        byte[] execute(int operation, long timestamp, byte[] body);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void theModelAnswersAsRecorded(int history) {
        ModelLedger model = new ModelLedger(LedgerLimits.BODY_MAX);
        List<RecordedHistory.Entry> entries = RecordedHistory.read(history);
        for (RecordedHistory.Entry entry : entries) {
            assertTrue(model.isValid(entry.operation(), entry.body()), "valid");
        }
        replay(entries, model::execute);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void theLedgerAnswersAsRecorded(int history) {
        LedgerSubject ledger = new LedgerSubject(LedgerOptions.defaults());
        List<RecordedHistory.Entry> entries = RecordedHistory.read(history);
        for (RecordedHistory.Entry entry : entries) {
            assertTrue(ledger.isValid(entry.operation(), entry.body()), "valid");
        }
        replay(entries, ledger::execute);
        LedgerInvariants.check(LedgerDump.read(ledger.dump()));
    }

    private static void replay(List<RecordedHistory.Entry> entries, Executor ledger) {
        assertTrue(entries.size() > 1000);
        for (int i = 0; i < entries.size(); i++) {
            RecordedHistory.Entry entry = entries.get(i);
            byte[] reply = ledger.execute(entry.operation(), entry.timestamp(), entry.body());
            if (Arrays.equals(entry.reply(), reply)) continue;
            assertEquals(HexFormat.of().formatHex(entry.reply()), HexFormat.of().formatHex(reply),
                    "entry " + i + ", operation " + entry.operation());
        }
    }
}
