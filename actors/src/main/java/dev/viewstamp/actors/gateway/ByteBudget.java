package dev.viewstamp.actors.gateway;

import java.util.concurrent.atomic.AtomicLong;

/** Memory that all connections share for the bodies they are reading or handing over. Thread-safe. */
final class ByteBudget {
    private final AtomicLong left;

    /** @param bytes what may be reserved at once */
    ByteBudget(long bytes) {
        left = new AtomicLong(bytes);
    }

    /** Reserves, or changes nothing and says false. */
    boolean reserve(int bytes) {
        if (left.addAndGet(-bytes) >= 0) {
            return true;
        }
        left.addAndGet(bytes);
        return false;
    }

    void release(int bytes) {
        left.addAndGet(bytes);
    }

    long left() {
        return left.get();
    }
}
