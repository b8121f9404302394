/**
 * What must hold of every ledger at any time (ledger spec §23), checked from outside: on canonical dumps
 * and on replies. Slow, in unbounded numbers, and independent of how the ledger works; for tests, the
 * simulator and the inspection of files.
 *
 * <ul>
 *   <li>{@link dev.viewstamp.ledger.audit.LedgerInvariants}: one state. 1 to 5, 7 to 10, 12, 13, 15 to 18, 25
 *   <li>{@link dev.viewstamp.ledger.audit.SuccessionInvariants}: a state and a later one. 6, 10, 14, 18 to 21
 *   <li>{@link dev.viewstamp.ledger.audit.ReplyInvariants}: a request and its reply. 23, 26
 *   <li>{@link dev.viewstamp.ledger.audit.EntryInvariants}: an entry and those before it. 20, 21
 *   <li>{@link dev.viewstamp.ledger.audit.ReplayInvariants}: a history, executed again. 11, 12, 22, 24, 27
 * </ul>
 */
package dev.viewstamp.ledger.audit;
