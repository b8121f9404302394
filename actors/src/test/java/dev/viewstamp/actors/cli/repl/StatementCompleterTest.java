package dev.viewstamp.actors.cli.repl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatementCompleterTest {
    private static List<String> after(String text) {
        return StatementCompleter.continuations(text);
    }

    @Test
    void commandsComeFirstAndAfterASemicolon() {
        assertEquals(List.of("create_accounts", "create_transfers"), after("cre"));
        assertEquals(List.of("lookup_accounts"), after("help; lookup_a"));
        assertEquals(11, after("").size());
    }

    @Test
    void fieldsThatTheRecordLacksFollow() {
        assertEquals(List.of("id="), after("lookup_accounts "));
        assertEquals(List.of(), after("lookup_accounts id=1 "));
        assertEquals(List.of("id="), after("lookup_accounts id=1, "));
        assertEquals(List.of("debits_pending=", "debits_posted="), after("create_accounts id=1 de"));
        assertFalse(after("create_accounts id=1 code=2 ").contains("code="));
        assertTrue(after("create_accounts id=1 code=2, id=3 ").contains("code="));
    }

    @Test
    void flagsFollowTheirFieldAndEachOther() {
        assertEquals(List.of("debits", "credits", "reversed"), after("get_account_transfers account_id=1 flags="));
        assertEquals(List.of("pending", "post_pending_transfer"), after("create_transfers flags=linked|p"));
        assertEquals(List.of("history"), after("create_accounts flags=linked | his"));
    }

    @Test
    void nothingIsKnownAboutNumbersAndUnknownStatements() {
        assertEquals(List.of(), after("create_accounts id="));
        assertEquals(List.of(), after("drop_tables "));
    }
}
