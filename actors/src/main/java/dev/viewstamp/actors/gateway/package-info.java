/**
 * The front door for official TigerBeetle clients: their wire protocol, unchanged, over TCP (wire spec).
 *
 * <pre>
 * Gateway ─┬ listens, admits, knows which connection a client has; routes answers
 *          └ Connection   one per socket: FrameReader → Correspondent → ReplicaPort
 *                                                         │
 *                                FrameWriter ◄─ FrameCheck ◄─ answers of the replica
 * </pre>
 *
 * {@code FrameReader}, {@code FrameWriter}, {@code FrameCheck} and {@code Correspondent} are plain Java: bytes and
 * time are handed in. Nothing here is durable, nothing grows with what strangers send, and no byte leaves that would
 * end a client's process (wire spec §21).
 */
package dev.viewstamp.actors.gateway;
