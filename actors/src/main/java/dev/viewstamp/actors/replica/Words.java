package dev.viewstamp.actors.replica;

import dev.viewstamp.journal.Word128;
import dev.viewstamp.ledger.Uint128;

/** The same sixteen bytes as the client protocol's number and as the log's word. */
final class Words {
    private Words() {
    }

    static Word128 of(Uint128 number) {
        return new Word128(number.hi(), number.lo());
    }

    static Uint128 number(Word128 word) {
        return new Uint128(word.hi(), word.lo());
    }
}
