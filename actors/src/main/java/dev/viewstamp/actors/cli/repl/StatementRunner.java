package dev.viewstamp.actors.cli.repl;

import com.fasterxml.jackson.databind.util.RawValue;
import dev.viewstamp.actors.cli.Json;
import dev.viewstamp.ledger.Operation;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Executes statements one after another and shows what the cluster answers. */
final class StatementRunner {
    /** Asks the cluster: bare events of one batch in, bare results out. */
    interface Cluster {
        byte[] submit(Operation operation, byte[] events);
    }

    private static final String HELP = """
            Statements (Enter or ; ends one; Ctrl-D or exit leaves):
              create_accounts id=1 code=10 ledger=700 flags=linked|history, id=2 code=10 ledger=700;
              create_transfers id=1 debit_account_id=1 credit_account_id=2 amount=10 ledger=700 code=10;
              create_transfers id=2 debit_account_id=1 credit_account_id=2 amount=5 ledger=700 code=10 flags=pending;
              create_transfers id=3 pending_id=2 amount=-0 flags=post_pending_transfer;
              lookup_accounts id=1, id=0xa1a2a3a4_b1b2_c1c2_d1d2_e1e2e3e4e5e6;
              lookup_transfers id=1;
              get_account_transfers account_id=1 flags=debits|credits|reversed limit=10;
              get_account_balances account_id=1;
              query_accounts ledger=700;
              query_transfers code=10 timestamp_min=123 timestamp_max=456;
              get_change_events timestamp_min=123 limit=10;
            Numbers are decimal, 0x…, 0o…, 0b…, with _ anywhere; -n is the field's maximum less n.
            """;

    private final Cluster cluster;
    private final PrintWriter out;
    private final PrintWriter err;
    private final List<Map<String, Object>> document;

    /** @param json whether answers are collected for {@link #finish} instead of being printed at once */
    StatementRunner(Cluster cluster, PrintWriter out, PrintWriter err, boolean json) {
        this.cluster = cluster;
        this.out = out;
        this.err = err;
        this.document = json ? new ArrayList<>() : null;
    }

    /** Runs them in order; answers false as soon as one of them was {@code exit}. */
    boolean run(List<Statement> statements) {
        for (Statement statement : statements) {
            if (statement instanceof Statement.Exit) {
                return false;
            }
            if (statement instanceof Statement.Help) {
                err.print(HELP);
                err.flush();
            } else if (statement instanceof Statement.Request request) {
                run(request);
            }
        }
        return true;
    }

    private void run(Statement.Request request) {
        Command command = request.command();
        byte[] results = cluster.submit(command.operation(), request.events());
        if (document != null) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("statement", request.text());
            answer.put("operation", command.word());
            answer.put("results", new RawValue(ResultText.array(command.result(), results)));
            document.add(answer);
        } else if (results.length == 0) {
            err.println(command.nothing());
        } else {
            out.print(ResultText.objects(command.result(), results));
            out.flush();
        }
    }

    /** Prints the one document of {@code --json}: a list with an object per statement that was answered. */
    void finish() {
        if (document != null) {
            out.println(Json.array(document));
        }
    }
}
