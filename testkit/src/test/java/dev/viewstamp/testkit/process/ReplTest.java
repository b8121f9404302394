package dev.viewstamp.testkit.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.viewstamp.actors.cli.Main;
import dev.viewstamp.actors.cli.cluster.ClusterProcesses;
import dev.viewstamp.actors.cli.cluster.JvmCommand;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every statement of the REPL against a real replica process. */
@Tag("processes")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ReplTest {
    private static ClusterProcesses cluster;

    private record Outcome(int code, String out, String err) {
    }

    @BeforeAll
    static void start() {
        cluster = ClusterProcesses.format(1, 256, JvmCommand.ofThisProcess(384, 192), List.of());
        cluster.startAll();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void everyStatementIsAnswered() throws Exception {
        JsonNode answers = json("""
                create_accounts id=1 code=10 ledger=700 flags=history, id=2 code=10 ledger=700 user_data_64=5;
                create_transfers id=1 debit_account_id=1 credit_account_id=2 amount=10 ledger=700 code=10,
                    id=2 debit_account_id=1 credit_account_id=2 amount=5 ledger=700 code=11 flags=pending,
                    id=3 pending_id=2 amount=-0 flags=post_pending_transfer, id=1;
                lookup_accounts id=2, id=9, id=1;
                lookup_transfers id=3;
                get_account_transfers account_id=2 flags=credits|reversed limit=2;
                get_account_balances account_id=1;
                query_accounts user_data_64=5;
                query_transfers code=10 ledger=700;
                query_transfers code=99;
                get_change_events timestamp_min=1 limit=9;
                """);
        assertEquals(List.of("create_accounts", "create_transfers", "lookup_accounts", "lookup_transfers",
                "get_account_transfers", "get_account_balances", "query_accounts", "query_transfers",
                "query_transfers", "get_change_events"), answers.findValuesAsText("operation"));
        assertEquals(List.of("created", "created"), column(answers, 0, "status"));
        assertEquals(List.of("created", "created", "created", "exists_with_different_debit_account_id"),
                column(answers, 1, "status"));
        assertEquals(List.of("2", "1"), column(answers, 2, "id"));
        assertEquals(List.of("15", "0"), column(answers, 2, "credits_posted"));
        assertEquals(List.of("5"), column(answers, 3, "amount"));
        assertEquals(List.of("3", "2"), column(answers, 4, "id"));
        assertEquals(List.of("10", "10", "15"), column(answers, 5, "debits_posted"));
        assertEquals(List.of("0", "5", "0"), column(answers, 5, "debits_pending"));
        assertEquals(List.of("2"), column(answers, 6, "id"));
        assertEquals(List.of("1"), column(answers, 7, "id"));
        assertEquals(List.of(), column(answers, 8, "id"));
        assertEquals(List.of("single_phase", "two_phase_pending", "two_phase_posted"), column(answers, 9, "type"));
        assertEquals(List.of("10", "10", "15"), column(answers, 9, "debit_account_debits_posted"));
    }

    /** An empty result would say that there is nothing; what was asked has no answer at all. */
    @Test
    void aFilterThatCannotBeAnsweredIsAnError() {
        Outcome outcome = run("query_transfers timestamp_min=9 timestamp_max=8; help;");
        assertEquals(1, outcome.code);
        assertTrue(outcome.err.contains("query_transfers: timestamp_min 9 is after timestamp_max 8; exchange them"),
                outcome.err);
        assertTrue(run("get_account_balances account_id=0").err.contains("account_id is 0, which no account has"));
        assertTrue(run("query_accounts limit=0").err.contains("limit is 0; ask for one row or more"));
    }

    @Test
    void whatIsNotThereIsSaidInWords() {
        Outcome outcome = run("lookup_accounts id=77; query_transfers user_data_32=77");
        assertEquals(0, outcome.code, outcome.err);
        assertEquals("", outcome.out);
        assertEquals(List.of("No accounts were found.", "No transfers were found."), outcome.err.lines().toList());
    }

    @Test
    void helpNamesEveryStatement() {
        String help = run("help").err;
        for (String word : List.of("create_accounts", "create_transfers", "lookup_accounts", "lookup_transfers",
                "get_account_transfers", "get_account_balances", "query_accounts", "query_transfers",
                "get_change_events")) {
            assertTrue(help.contains(word + " "), word + " in " + help);
        }
    }

    private static List<String> column(JsonNode answers, int statement, String field) {
        List<String> values = new ArrayList<>();
        for (JsonNode row : answers.get(statement).get("results")) {
            values.add(row.get(field).asText());
        }
        return values;
    }

    private static JsonNode json(String statements) throws Exception {
        Outcome outcome = run(statements, "--json");
        assertEquals(0, outcome.code, outcome.err);
        return new ObjectMapper().readTree(outcome.out);
    }

    private static Outcome run(String statements, String... more) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> words = new ArrayList<>(List.of("repl", "--addresses=" + cluster.addresses(), "--timeout=60",
                "--command=" + statements));
        words.addAll(List.of(more));
        int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words.toArray(String[]::new));
        return new Outcome(code, out.toString(), err.toString());
    }
}
