package dev.viewstamp.ledger.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.viewstamp.ledger.CreateAccountStatus;
import dev.viewstamp.ledger.CreateTransferStatus;
import dev.viewstamp.ledger.Ledger;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.ledger.model.ModelLedger;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The behaviour of the ledger as tables of text, in {@code src/test/resources/tables}. */
class LedgerTablesTest {
    private static final String[] TABLES = {
        "create_accounts", "create_transfers", "post_and_void", "exists", "imported",
        "imported_resolutions", "closing", "expiry", "limits_and_overflows", "queries",
        "vector_1_chains", "vector_2_two_phase", "vector_3_balancing", "vector_4_closing", "vector_5_imported",
        "vector_6_expiry"
    };

    static String[] tables() {
        return TABLES;
    }

    @ParameterizedTest
    @MethodSource("tables")
    void theLedgerDoesWhatTheTableSays(String table) {
        new LedgerTable(table, new Coverage(), ledger()).run(rows(table));
    }

    @ParameterizedTest
    @MethodSource("tables")
    void theModelDoesWhatTheTableSays(String table) {
        ModelLedger model = new ModelLedger(LedgerLimits.BODY_MAX);
        LedgerTable.Subject subject = new LedgerTable.Subject() {
            @Override
            public byte[] execute(int operation, long timestamp, byte[] body) {
                return model.execute(operation, timestamp, body);
            }

            @Override
            public long nextExpiry() {
                return model.nextExpiry();
            }
        };
        new LedgerTable(table, new Coverage(), subject).run(rows(table));
    }

    /** Prints each code and the row that proves it. */
    @Test
    void everyStatusIsProducedByARow() {
        Coverage coverage = new Coverage();
        for (String table : TABLES) new LedgerTable(table, coverage, ledger()).run(rows(table));
        List<String> missing = new ArrayList<>();
        for (CreateAccountStatus status : CreateAccountStatus.values()) {
            report(true, status.code(), status.wireName(), coverage, missing);
        }
        for (CreateTransferStatus status : CreateTransferStatus.values()) {
            report(false, status.code(), status.wireName(), coverage, missing);
        }
        assertEquals(List.of(), missing, "no row produces these");
    }

    private static LedgerTable.Subject ledger() {
        Ledger ledger = new Ledger(LedgerOptions.defaults().withSegmentRecords(LedgerOptions.SEGMENT_MIN));
        return new LedgerTable.Subject() {
            @Override
            public byte[] execute(int operation, long timestamp, byte[] body) {
                return ledger.execute(operation, timestamp, body);
            }

            @Override
            public long nextExpiry() {
                return ledger.nextExpiry();
            }
        };
    }

    private static void report(boolean isAccount, int code, String status, Coverage coverage, List<String> missing) {
        String row = coverage.rowOf(isAccount, status);
        String kind = isAccount ? "account" : "transfer";
        if (row == null) missing.add(kind + " " + status);
        else System.out.printf("%-8s %3d %-56s %s%n", kind, code, status, row);
    }

    private static List<String> rows(String table) {
        try (InputStream text = LedgerTablesTest.class.getResourceAsStream("/tables/" + table + ".table")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
