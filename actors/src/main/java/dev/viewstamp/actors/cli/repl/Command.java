package dev.viewstamp.actors.cli.repl;

import dev.viewstamp.ledger.AccountFilter;
import dev.viewstamp.ledger.ChangeEventsFilter;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.QueryFilter;
import java.util.Arrays;
import java.util.List;

/** What a statement may begin with, and which records it takes and answers with. */
enum Command {
    CREATE_ACCOUNTS(Operation.CREATE_ACCOUNTS, RecordForm.ACCOUNT, RecordForm.CREATE_ACCOUNT_RESULT,
            "No accounts were created."),
    CREATE_TRANSFERS(Operation.CREATE_TRANSFERS, RecordForm.TRANSFER, RecordForm.CREATE_TRANSFER_RESULT,
            "No transfers were created."),
    LOOKUP_ACCOUNTS(Operation.LOOKUP_ACCOUNTS, RecordForm.ID, RecordForm.ACCOUNT, "No accounts were found."),
    LOOKUP_TRANSFERS(Operation.LOOKUP_TRANSFERS, RecordForm.ID, RecordForm.TRANSFER, "No transfers were found."),
    GET_ACCOUNT_TRANSFERS(Operation.GET_ACCOUNT_TRANSFERS, RecordForm.ACCOUNT_FILTER, RecordForm.TRANSFER,
            "No transfers were found."),
    GET_ACCOUNT_BALANCES(Operation.GET_ACCOUNT_BALANCES, RecordForm.ACCOUNT_FILTER, RecordForm.BALANCE,
            "No balances were found."),
    QUERY_ACCOUNTS(Operation.QUERY_ACCOUNTS, RecordForm.QUERY_FILTER, RecordForm.ACCOUNT, "No accounts were found."),
    QUERY_TRANSFERS(Operation.QUERY_TRANSFERS, RecordForm.QUERY_FILTER, RecordForm.TRANSFER,
            "No transfers were found."),
    GET_CHANGE_EVENTS(Operation.GET_CHANGE_EVENTS, RecordForm.CHANGE_EVENTS_FILTER, RecordForm.CHANGE_EVENT,
            "No events were found.");

    private final Operation operation;
    private final RecordForm event;
    private final RecordForm result;
    private final String nothing;

    Command(Operation operation, RecordForm event, RecordForm result, String nothing) {
        this.operation = operation;
        this.event = event;
        this.result = result;
        this.nothing = nothing;
    }

    /** As it is typed. */
    String word() {
        return operation.wireName();
    }

    Operation operation() {
        return operation;
    }

    /** What the statement lists. */
    RecordForm event() {
        return event;
    }

    /** What it is answered with. */
    RecordForm result() {
        return result;
    }

    /** The sentence for an empty answer. */
    String nothing() {
        return nothing;
    }

    /** A record of which nothing is set yet: zeros, for filters the widest limit and both sides. */
    byte[] blank() {
        byte[] record = new byte[event.size()];
        if (event == RecordForm.ACCOUNT_FILTER) {
            AccountFilter.builder().build().writeTo(record, 0);
        } else if (event == RecordForm.QUERY_FILTER) {
            QueryFilter.builder().build().writeTo(record, 0);
        } else if (event == RecordForm.CHANGE_EVENTS_FILTER) {
            ChangeEventsFilter.builder().build().writeTo(record, 0);
        }
        return record;
    }

    /** The command of this word, or null. */
    static Command of(String word) {
        return Arrays.stream(values()).filter(command -> command.word().equals(word)).findFirst().orElse(null);
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Command::word).toList();
    }
}
