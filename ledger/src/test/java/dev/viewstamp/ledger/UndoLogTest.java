package dev.viewstamp.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UndoLogTest {
    private final List<String> undone = new ArrayList<>();
    private final UndoLog.Inverse inverse = new UndoLog.Inverse() {
        @Override
        public void restoreAccount(int account, int flags, long[] values, int from) {
            undone.add("account " + account + " " + flags + " " + values[from] + " … " + values[from + 7]);
        }

        @Override
        public void restoreStatus(long position, int status) {
            undone.add("status " + position + " " + status);
        }

        @Override
        public void removeExpiry(long expiresAt, long position) {
            undone.add("remove " + expiresAt + " " + position);
        }

        @Override
        public void restoreExpiry(long expiresAt, long position) {
            undone.add("restore " + expiresAt + " " + position);
        }
    };

    @Test
    void playsInversesBackwards() {
        UndoLog log = new UndoLog();
        byte[] page = new byte[256];
        LittleEndian.putU64(page, 128 + AccountLayout.DEBITS_PENDING, 77);
        LittleEndian.putU64(page, 128 + AccountLayout.CREDITS_POSTED + 8, 88);
        LittleEndian.putU16(page, 128 + AccountLayout.FLAGS, 0x28);
        log.status(1, 2);                                    // before the scope: not recorded
        log.open();
        log.account(1, page, 128);
        log.status(4, PendingStatuses.PENDING);
        log.expiryRemoved(9, 4);
        log.expiryAdded(10, 5);
        log.rollback(inverse);
        assertEquals(List.of("remove 10 5", "restore 9 4", "status 4 1", "account 1 40 77 … 88"), undone);
        log.expiryAdded(11, 6);                              // behind the scope: not recorded
        log.open();
        log.rollback(inverse);
        assertEquals(4, undone.size());
    }

    @Test
    void keepsWhatWasKept() {
        UndoLog log = new UndoLog();
        log.open();
        for (int i = 0; i < 10_000; i++) log.expiryAdded(i, i);
        log.keep();
        log.open();
        log.status(3, 1);
        log.rollback(inverse);
        assertEquals(List.of("status 3 1"), undone);
    }

    @Test
    void scopesDoNotNest() {
        UndoLog log = new UndoLog();
        assertThrows(IllegalStateException.class, log::keep);
        assertThrows(IllegalStateException.class, () -> log.rollback(inverse));
        log.open();
        assertThrows(IllegalStateException.class, log::open);
    }
}
