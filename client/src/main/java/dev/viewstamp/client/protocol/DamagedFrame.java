package dev.viewstamp.client.protocol;

/**
 * What the recipient gets in place of a frame that was rejected soon after another one, so that damage at line
 * rate fills no log: to be ignored. The first in a second is a {@link RejectedFrame} instead, which Artery logs
 * and drops.
 */
public record DamagedFrame(RejectedFrame.Reason reason) implements ClientInbox {
}
