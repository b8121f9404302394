/**
 * The client of a Viewstamp cluster. {@link dev.viewstamp.client.ViewstampClient} for code with futures,
 * {@link dev.viewstamp.client.LedgerClient} for actors, {@link dev.viewstamp.client.LedgerStreams} for Akka Streams;
 * {@link dev.viewstamp.client.Ids} for the ids that make creates safe to repeat.
 *
 * <pre>
 *  ViewstampClient ── ClientLine ──► LedgerClient          futures become messages
 *  any actor ─────────ask──────────►  │ CallDesk           calls, deadlines, one request at a time
 *                                     │  ├ CallQueue       who waits, and who travels together
 *                                     │  ├ ClientProtocol  one session: numbers, repetitions, evictions
 *                                     │  └ Peers           the view, round trips, who was heard
 *                replica's door  ◄────┤
 *                replica's door  ────► Inbox               /system/viewstamp-client-…, the large-message channel
 * </pre>
 */
package dev.viewstamp.client;
