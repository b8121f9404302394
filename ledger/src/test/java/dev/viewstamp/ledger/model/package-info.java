/**
 * The ledger's specification made executable, slowly and plainly, and the tests that hold the real ledger
 * against it.
 *
 * <ul>
 *   <li>{@code ModelLedger} and the other {@code Model…}: written from ledger spec §1 to §20 and §26 alone,
 *       in plain maps and big integers. They share no code with the ledger but the names of statuses.
 *   <li>{@code RecordedHistoriesTest}: histories recorded elsewhere, answered byte for byte by the model
 *       and by the ledger.
 *   <li>{@code PrecedenceTest}: every check in its turn, as stairs, on both.
 *   <li>{@code ModelTest}: random histories ({@code HistoryGenerator}) on the model, the ledger and a second
 *       ledger with other options; compares replies after each entry, dumps, invariants and files now and
 *       then. Its Javadoc tells how to run more of it, and how to repeat one history.
 *   <li>{@code FullRepliesTest}, {@code DefaultSegmentsTest}: sizes that random histories do not reach.
 * </ul>
 *
 * When both disagree, the specification decides which of them is mended.
 */
package dev.viewstamp.ledger.model;
