package dev.viewstamp.ledger.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.ledger.AccountBalanceLayout;
import dev.viewstamp.ledger.AccountFilterLayout;
import dev.viewstamp.ledger.AccountFlags;
import dev.viewstamp.ledger.AccountLayout;
import dev.viewstamp.ledger.ChangeEventLayout;
import dev.viewstamp.ledger.ChangeEventsFilterLayout;
import dev.viewstamp.ledger.CreateAccountStatus;
import dev.viewstamp.ledger.CreateResultLayout;
import dev.viewstamp.ledger.CreateTransferStatus;
import dev.viewstamp.ledger.LedgerLimits;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.RequestRules;
import dev.viewstamp.ledger.TransferLayout;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * Runs a table of statements against a fresh ledger and compares what each row expects. Rows read like the
 * specification:
 *
 * <pre>
 *  account  A1 flags=history                   -&gt; created @2     one event, one request
 *  transfer T1 debit=A1 credit=A2 amount=100   -&gt; created
 *  batch                                                         the rows up to end are one request:
 *    transfer T2 ... flags=linked              -&gt; linked_event_failed @5
 *  next                                                          another batch in it
 *    transfer T3 ...                           -&gt; exceeds_credits
 *  end T=12
 *  balance  A1 debits_posted=100 open          current state; what is not named is not compared
 *  stored   T1 amount=100
 *  absent   T2
 *  query_transfers code=1 flags=reversed limit=2 -&gt; T2 T1    rows by id, balances by time; or nothing
 *  history  A1                                 -&gt; @5 debits_pending=3 | @6 debits_pending=7
 *  events                                      -&gt; pending T70 | expired T71
 *  clock 99                                    realtime from now on
 *  pulse T=123
 *  next_expiry 456                             or none
 * </pre>
 *
 * How events and values are written is in {@link Events}. Behind {@code #} is a comment.
 */
final class LedgerTable {
    private static final String[] EVENT_TYPES = {"single_phase", "pending", "posted", "voided", "expired"};

    private final String name;
    private final Coverage coverage;
    private final Subject ledger;
    private List<List<Row>> open;                            // batches of the request being written, null: none
    private long commitTimestamp;
    private long realtime;
    private int line;

    /** One event and what it should end with. */
    private record Row(int line, boolean isAccount, byte[] event, String expected) {}

    /** What the table speaks of: the ledger, or the model of it. */
    interface Subject {
        byte[] execute(int operation, long timestamp, byte[] body);

        long nextExpiry();
    }

    LedgerTable(String name, Coverage coverage, Subject ledger) {
        this.name = name;
        this.coverage = coverage;
        this.ledger = ledger;
    }

    void run(List<String> rows) {
        for (String row : rows) {
            line++;
            String statement = row.replaceAll("#.*", "").strip();
            if (!statement.isEmpty()) execute(statement);
        }
        assertTrue(open == null, name + " ends within a batch");
    }

    private void execute(String statement) {
        String[] sides = statement.split("->");
        String expected = sides.length > 1 ? sides[1].strip() : "";
        String[] words = sides[0].strip().split("\\s+");
        switch (words[0]) {
            case "account", "transfer" -> event(words, expected);
            case "batch" -> open = new ArrayList<>(List.of(new ArrayList<>()));
            case "next" -> open.add(new ArrayList<>());
            case "end" -> endRequest(words);
            case "balance" -> balance(words);
            case "stored" -> compare(lookup(Operation.LOOKUP_TRANSFERS, words[1]), words, 2, Events.TRANSFER_FIELDS);
            case "absent" -> assertEquals(0, lookup(Operation.LOOKUP_TRANSFERS, words[1]).length, place());
            case "get_account_transfers", "get_account_balances", "query_accounts", "query_transfers" ->
                assertEquals(expected, query(words), place());
            case "history" -> history(words[1], expected);
            case "events" -> assertEquals(expected, events(), place());
            case "clock" -> realtime = Long.parseLong(words[1]);
            case "pulse" -> pulse(words);
            case "next_expiry" -> assertEquals(words[1].equals("none") ? Long.MAX_VALUE : Long.parseLong(words[1]),
                    ledger.nextExpiry(), place());
            default -> throw new IllegalArgumentException(place() + "no statement begins with " + words[0]);
        }
    }

    private void event(String[] words, String expected) {
        assertFalse(expected.isEmpty(), place() + "an event needs an expectation");
        boolean isAccount = words[0].equals("account");
        Row row = new Row(line, isAccount, isAccount ? Events.account(words) : Events.transfer(words), expected);
        if (open != null) open.get(open.size() - 1).add(row);
        else send(List.of(List.of(row)));
    }

    private void endRequest(String[] words) {
        List<List<Row>> batches = open;
        open = null;
        send(batches);
        compareTimestamp(words);
    }

    private void compareTimestamp(String[] words) {
        if (words.length > 1) assertEquals(words[1], "T=" + commitTimestamp, place());
    }

    private void send(List<List<Row>> batches) {
        List<byte[]> payloads = new ArrayList<>();
        List<Row> rows = new ArrayList<>();
        for (List<Row> batch : batches) {
            ByteArrayOutputStream payload = new ByteArrayOutputStream();
            for (Row row : batch) payload.writeBytes(row.event);
            payloads.add(payload.toByteArray());
            rows.addAll(batch);
        }
        boolean isAccount = rows.get(0).isAccount;
        byte[] reply = execute(isAccount ? Operation.CREATE_ACCOUNTS : Operation.CREATE_TRANSFERS, payloads);
        int at = 0;
        for (Row row : rows) {
            compareResult(row, LittleEndian.i32(reply, at + CreateResultLayout.STATUS),
                    LittleEndian.u64(reply, at + CreateResultLayout.TIMESTAMP));
            at += CreateResultLayout.SIZE;
        }
    }

    private void compareResult(Row row, int code, long timestamp) {
        String status = row.isAccount
                ? CreateAccountStatus.byCode(code).wireName()
                : CreateTransferStatus.byCode(code).wireName();
        boolean timed = row.expected.contains("@");
        assertEquals(row.expected, timed ? status + " @" + timestamp : status, name + ":" + row.line);
        coverage.saw(row.isAccount, status, name + ":" + row.line);
    }

    /** As a primary would enter it into the log (ledger spec §5.1). */
    private byte[] execute(Operation operation, List<byte[]> batches) {
        byte[] body = operation.isFramed()
                ? MultiBatch.encode(operation.eventSize(), batches)
                : batches.isEmpty() ? new byte[0] : batches.get(0);
        if (operation != Operation.PULSE) {
            assertEquals(RequestRules.Verdict.VALID,
                    RequestRules.check(operation.code(), body, LedgerLimits.BODY_MAX), place());
        }
        long base = Math.max(commitTimestamp + 1, operation == Operation.PULSE ? 0 : realtime);
        long timestamp = base + RequestRules.timestampDelta(operation.code(), body);
        commitTimestamp = timestamp;
        return ledger.execute(operation.code(), timestamp, body);
    }

    private void pulse(String[] words) {
        execute(Operation.PULSE, List.of());
        compareTimestamp(words);
    }

    private byte[] lookup(Operation operation, String id) {
        byte[] event = new byte[16];
        LittleEndian.putU128(event, 0, Events.number(id));
        return payload(execute(operation, List.of(event)), operation);
    }

    private void balance(String[] words) {
        byte[] account = lookup(Operation.LOOKUP_ACCOUNTS, words[1]);
        boolean closed = (LittleEndian.u16(account, AccountLayout.FLAGS) & AccountFlags.CLOSED) != 0;
        int count = words.length;
        String last = words[count - 1];
        if (last.equals("open") || last.equals("closed")) {
            assertEquals(last, closed ? "closed" : "open", place());
            count--;
        }
        compare(account, Arrays.copyOf(words, count), 2, Events.ACCOUNT_FIELDS);
    }

    private void compare(byte[] record, String[] words, int from, Events.Fields fields) {
        assertTrue(record.length > 0, place() + words[1] + " does not exist");
        for (int i = from; i < words.length; i++) {
            String[] pair = words[i].split("=");
            assertEquals(Events.number(pair[1]), fields.get(record, 0, pair[0]), place() + pair[0]);
        }
    }

    private String query(String[] words) {
        Operation operation = Operation.valueOf(words[0].toUpperCase(Locale.ROOT));
        byte[] filter = Events.filter(words[0].startsWith("get_"), words);
        byte[] rows = payload(execute(operation, List.of(filter)), operation);
        StringJoiner found = new StringJoiner(" ").setEmptyValue("nothing");
        for (int at = 0; at < rows.length; at += operation.resultSize()) {
            found.add(switch (operation) {
                case GET_ACCOUNT_BALANCES -> "@" + LittleEndian.u64(rows, at + AccountBalanceLayout.TIMESTAMP);
                case QUERY_ACCOUNTS -> "A" + LittleEndian.u64(rows, at + AccountLayout.ID);
                default -> "T" + LittleEndian.u64(rows, at + TransferLayout.ID);
            });
        }
        return found.toString();
    }

    private void history(String account, String expected) {
        byte[] filter = new byte[AccountFilterLayout.SIZE];
        LittleEndian.putU128(filter, AccountFilterLayout.ACCOUNT_ID, Events.number(account));
        LittleEndian.putU32(filter, AccountFilterLayout.LIMIT, 100);
        LittleEndian.putU32(filter, AccountFilterLayout.FLAGS, 3);
        byte[] rows = payload(execute(Operation.GET_ACCOUNT_BALANCES, List.of(filter)), Operation.GET_ACCOUNT_BALANCES);
        String[] parts = expected.isEmpty() ? new String[0] : expected.split("\\s*\\|\\s*");
        assertEquals(parts.length, rows.length / AccountBalanceLayout.SIZE, place() + "rows");
        for (int i = 0; i < parts.length; i++) {
            String[] words = parts[i].split("\\s+");
            byte[] row = Arrays.copyOfRange(rows, i * AccountBalanceLayout.SIZE, (i + 1) * AccountBalanceLayout.SIZE);
            assertEquals(words[0], "@" + LittleEndian.u64(row, AccountBalanceLayout.TIMESTAMP), place());
            compare(row, words, 1, Events.BALANCE_FIELDS);
        }
    }

    private String events() {
        byte[] filter = new byte[ChangeEventsFilterLayout.SIZE];
        LittleEndian.putU32(filter, ChangeEventsFilterLayout.LIMIT, 1000);
        byte[] rows = execute(Operation.GET_CHANGE_EVENTS, List.of(filter));
        StringJoiner events = new StringJoiner(" | ");
        for (int at = 0; at < rows.length; at += ChangeEventLayout.SIZE) {
            String type = EVENT_TYPES[rows[at + ChangeEventLayout.TYPE]];
            events.add(type + " T" + LittleEndian.u64(rows, at + ChangeEventLayout.TRANSFER_ID));
        }
        return events.toString();
    }

    private static byte[] payload(byte[] reply, Operation operation) {
        return MultiBatch.decode(operation.resultSize(), reply).get(0);
    }

    private String place() {
        return name + ":" + line + " ";
    }
}
