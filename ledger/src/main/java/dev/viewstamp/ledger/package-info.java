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
 * and {@code OpenPending}, {@code PendingStatuses}, {@code ExpirySet}, {@code FailedIds}. {@code UndoLog} takes a chain
 * back.
 *
 * <p>Records are rows of bytes in blocks of 64 KiB, little-endian, as on the wire. The newest are in
 * memory; full segments go into immutable files behind {@link dev.viewstamp.ledger.LedgerFiles} and are
 * read through a fixed cache. {@code Account}, {@code Transfer} and their kin are values for the edges of
 * the API and do not occur in here.
 *
 * <p>How it lasts:
 *
 * <pre>
 *  after each entry ─── JobSchedule ─ begins {@link dev.viewstamp.ledger.LedgerJob}s (SegmentJob, AccountRunJob,
 *                                     │ ExpiriesJob, MergeJob), and brings into force what is due
 *                                     └ files: FileWriter, {@link dev.viewstamp.ledger.BlockTable}, IndexRunWriter
 *  at a checkpoint ──── {@link dev.viewstamp.ledger.FrozenLedger} ─ PageMap: changed {@code Pages} into one new file
 *                                     └ {@link dev.viewstamp.ledger.Manifest}: all files, and where each page lies
 *  at a start ───────── {@link dev.viewstamp.ledger.LedgerOpening} ─ OpeningPlan: what is read, and what for
 * </pre>
 *
 * Jobs, freezing and opening are {@link dev.viewstamp.ledger.BlockTask}s: whoever runs the ledger carries them out, on
 * whatever thread. {@code docs/storage.md} draws the files.
 */
package dev.viewstamp.ledger;
