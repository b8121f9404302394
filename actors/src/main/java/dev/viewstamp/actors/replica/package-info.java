/**
 * The replica's core: Viewstamped Replication over a slotted log, without a world.
 * {@link dev.viewstamp.actors.replica.Replica} takes one event at a time and answers with effects; it knows no thread,
 * clock, file or socket, and the same events with the same random seed give the same effects.
 *
 * <pre>
 *  events                                   core                                     effects
 *  onTick, onMessage,   ──►  Replica ──► Admission ──► Status ──► rooms ──► Outbox  ──►  Send, SendClient,
 *  onRequest, onCompletion               (one per state of affairs)                      Write…, Read…, Execute
 * </pre>
 *
 * Read {@code Status} first: what a replica can be, and what follows what. Statuses decide; a room keeps one matter and
 * its arithmetic (the log, the pipeline, who wants to leave the view, what is being executed) and knows no other room
 * but what it is made of. Three rules hold everywhere:
 *
 * <ul>
 * <li>Persist, then speak: {@code Outbox} drops what would vouch for a view or a log that is not durable;
 *     {@link dev.viewstamp.actors.replica.Completion.SuperBlockWritten} is when it is said.
 * <li>An entry is its checksum: never its op, never its view.
 * <li>The head explains what is below it: repairs follow parents down from it, and only a primary of the view moves it.
 * </ul>
 *
 * The matrix of all statuses and messages is a golden file of the tests, {@code status-matrix.txt}. Source: replication
 * spec.
 */
package dev.viewstamp.actors.replica;
