/**
 * The state machine: double-entry accounts and transfers, and what can be asked about them (ledger spec).
 * Pure: the same operations, timestamps and bodies give the same replies and the same state everywhere. JDK
 * only but for a hash; no threads, no clock, opens no file.
 *
 * <p>{@link dev.viewstamp.ledger.Ledger} drives, {@link dev.viewstamp.ledger.RequestRules} judges requests
 * before they enter the log. An entry's way:
 *
 * <pre>
 *  Ledger ─┬─ creates ─ CreateBatch (chains, slots) ─ AccountCreation  ─ AccountRules
 *          │                                        └ TransferCreation ─ TransferRules ─ PendingRules, ImportRules,
 *          │                                              │                             ExistingTransfer
 *          │                                              └ Postings: records, balances, events
 *          ├─ pulse ─── Postings
 *          └─ reads ─── Reading ─ Rows of Lookups, Queries, ChangeEvents
 * </pre>
 *
 * What is known is in {@code LedgerState}: records in {@code AccountStore} and {@code TransferStore} (found
 * by {@code IdIndex}, or by fields through {@code RecordIndex}), what happened in two {@code EventStream}s,
 * and {@code PendingStatuses}, {@code ExpirySet}, {@code FailedIds}. {@code UndoLog} takes a chain back.
 *
 * <p>Records are rows of bytes in blocks of 64 KiB, little-endian, as on the wire. The newest are in
 * memory; full segments go into immutable files behind {@link dev.viewstamp.ledger.LedgerFiles} and are
 * read through a fixed cache. {@code Account}, {@code Transfer} and their kin are values for the edges of
 * the API and do not occur in here.
 */
package dev.viewstamp.ledger;
