/**
 * What must hold of every ledger at any time (ledger spec §23), checked from outside: on canonical dumps
 * and on replies. Slow, in unbounded numbers, and independent of how the ledger works; for tests, the
 * simulator and the inspection of files.
 *
 * <ul>
 *   <li>{@link dev.viewstamp.ledger.audit.LedgerInvariants}: one state
 *   <li>{@link dev.viewstamp.ledger.audit.SuccessionInvariants}: a state and a later one
 *   <li>{@link dev.viewstamp.ledger.audit.ReplyInvariants}: a request and its reply
 * </ul>
 *
 * Not here, because they speak of more than one execution: 20 (timestamps grow with the log; the log checks
 * that), 22 (a retry answers {@code exists}), 24 (a failed chain leaves no trace) and 27 (determinism).
 */
package dev.viewstamp.ledger.audit;
