package dev.viewstamp.actors.cli.checkpoint;

import dev.viewstamp.journal.CheckpointFile;

/**
 * Something in a checkpoint's file that is not as it was written.
 *
 * @param what such as "block 12 of 40 is damaged"
 */
public record Damage(CheckpointFile file, String what) {
    @Override
    public String toString() {
        return file + ": " + what;
    }
}
