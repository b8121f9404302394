package dev.viewstamp.client;

import dev.viewstamp.ledger.Operation;

/**
 * One call of an application, from acceptance to its only answer. Belongs to the client's actor.
 *
 * <p>Invariant: answered once; afterwards it holds no bytes.
 */
final class Call {

    /** Who waits. Called once, in the client's actor: must not block. */
    interface Answer {
        /**
         * The results lie in {@code body} from {@code from} to {@code to}; the array is not kept or changed.
         *
         * @throws IllegalArgumentException if they cannot be read; nobody was answered then
         */
        void succeed(byte[] body, int from, int to);

        void fail(RuntimeException why);
    }

    /** Order of acceptance, unique. */
    final long number;
    final Operation operation;
    /** Whether {@code bytes} is a request body as it goes out, rather than the events of one batch. */
    final boolean whole;
    /** Events, or with {@code whole} the body. */
    final byte[] bytes;
    /** Monotonic nanoseconds. */
    final long deadline;
    /** For the message of an error, nanoseconds. */
    final long timeout;
    private Answer answer;

    Call(long number, Operation operation, boolean whole, byte[] bytes, long now, long timeout, Answer answer) {
        this.number = number;
        this.operation = operation;
        this.whole = whole;
        this.bytes = bytes;
        this.deadline = now + timeout;
        this.timeout = timeout;
        this.answer = answer;
    }

    boolean isAnswered() {
        return answer == null;
    }

    /** Whether it changes nothing, so that it may be overtaken. */
    boolean isRead() {
        return !operation.isCreate();
    }

    void succeed(byte[] body, int from, int to) {
        Answer waiting = take();
        if (waiting == null) {
            return;
        }
        try {
            waiting.succeed(body, from, to);
        } catch (IllegalArgumentException e) {            // rows of a cluster that knows more than this client
            waiting.fail(new OutcomeUnknown("The cluster executed the request, but the reply cannot be read: "
                    + e.getMessage() + ".", isRead()));
        }
    }

    void fail(RuntimeException why) {
        Answer waiting = take();
        if (waiting != null) {
            waiting.fail(why);
        }
    }

    private Answer take() {
        Answer waiting = answer;
        answer = null;
        return waiting;
    }
}
