package dev.viewstamp.ledger.model;

import dev.viewstamp.ledger.BlockId;
import dev.viewstamp.ledger.Ledger;
import dev.viewstamp.ledger.LedgerFiles;
import java.util.ArrayList;
import java.util.List;

/**
 * Plays the node around a ledger whose files are on a disk: before an entry executes, it fetches what the
 * ledger asks for. It may do so to the end, give up half-way, bring blocks in another order, bring damaged
 * ones first, or not care at all; replies must never show which.
 */
final class Fetching {
    private static final int ROUNDS_MAX = 100_000;

    private final Draw draw;
    private final Ledger ledger;
    private final LedgerFiles files;

    Fetching(Draw draw, Ledger ledger, LedgerFiles files) {
        this.draw = draw;
        this.ledger = ledger;
        this.files = files;
    }

    void before(int operation, long timestamp, byte[] body) {
        int rounds = draw.percent(20) ? 0 : draw.percent(40) ? draw.below(4) : ROUNDS_MAX;
        boolean careless = rounds < ROUNDS_MAX && draw.percent(50);
        for (int round = 0; round < rounds; round++) {
            List<BlockId> missing = new ArrayList<>(ledger.prefetch(operation, timestamp, body));
            if (missing.isEmpty()) return;
            while (!missing.isEmpty()) {
                BlockId id = missing.remove(draw.below(missing.size()));
                if (!careless || draw.percent(60)) supply(id);
            }
            if (round == ROUNDS_MAX - 1) throw new AssertionError("the ledger asks for ever");
        }
    }

    private void supply(BlockId id) {
        byte[] block = files.readBlock(id.file(), id.block());
        if (draw.percent(3)) {
            byte[] damaged = block.clone();
            damaged[0] ^= (byte) (1 << draw.below(8));
            if (ledger.supply(id, damaged)) throw new AssertionError("a damaged block is taken for good: " + id);
        }
        if (!ledger.supply(id, block)) throw new AssertionError("a good block is refused: " + id);
    }
}
