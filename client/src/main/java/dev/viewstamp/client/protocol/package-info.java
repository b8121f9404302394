/**
 * The contract between a client and the cluster.
 *
 * <pre>
 * session  := register request*            one request in flight; a retry repeats it byte for byte
 * register := Request(operation=2, session=0, request=0, parent=0)  →  Reply(op = the session)
 * request  := Request(request = last + 1, parent = context of the last reply)  →  Reply
 * any time := PingClient → PongClient      any replica may answer
 *           | Eviction                     the session is over
 *           | Refusal                      not now, and why
 *           | silence                      not the primary, or busy: try again
 * </pre>
 */
package dev.viewstamp.client.protocol;
