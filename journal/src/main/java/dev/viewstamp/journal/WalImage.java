package dev.viewstamp.journal;

import java.util.List;

/**
 * All of a WAL as it was read at open, before anything is concluded from it.
 *
 * @param headerRing the redundant headers, 256 bytes a slot, unverified
 * @param prepares   one per slot, judged, without bodies
 */
public record WalImage(byte[] headerRing, List<StoredPrepare> prepares) {
}
