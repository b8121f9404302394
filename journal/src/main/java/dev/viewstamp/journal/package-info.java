/**
 * What a replica keeps on disk of the protocol: log entries in a write-ahead log of two rings, the
 * superblock, the layout of the data directory. Knows bytes, checksums and ops; no accounting, no network,
 * no threads, no clock. {@link dev.viewstamp.journal.FileStorage} and {@link
 * dev.viewstamp.journal.DataDirectory} alone touch files.
 *
 * <p>Where to look:
 * <ul>
 * <li>an entry: {@link dev.viewstamp.journal.EntryHeader}, {@link dev.viewstamp.journal.LogEntry}, its bytes
 *     {@link dev.viewstamp.journal.EntryCodec};</li>
 * <li>what a running replica believes of its log, and how one entry gets onto the disk:
 *     {@link dev.viewstamp.journal.Journal};</li>
 * <li>start: {@link dev.viewstamp.journal.DataDirectory} opens, {@link
 *     dev.viewstamp.journal.SuperBlockQuorum} finds the superblock, {@link dev.viewstamp.journal.WalReader}
 *     reads, {@link dev.viewstamp.journal.RecoveryCase} and {@code TornAppends} decide slot by slot, {@link
 *     dev.viewstamp.journal.WalRecovery} fills the table, {@link dev.viewstamp.journal.OpenedLog} says
 *     where the log ends and what the replica becomes;</li>
 * <li>limits: {@link dev.viewstamp.journal.ClusterConstants}, {@link dev.viewstamp.journal.CheckpointCadence}.</li>
 * </ul>
 *
 * <p>Writing one entry:
 * <pre>
 *   setHeaderAsDirty(h) -> startWrite(h) -> [prepare to its slot] -> prepareWritten(h)
 *                       -> [headerSector(sectorOf(slot))] -> headerWritten(h): clean, may be acknowledged
 * </pre>
 */
package dev.viewstamp.journal;
