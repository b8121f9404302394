package dev.viewstamp.ledger;

/**
 * The rows of one batch that reads, one after the other. A row that needs a block which is not in memory leaves
 * everything as it was, by way of {@link SealedFiles.Missing}; once the block is there, the same call goes on.
 */
interface Rows {
    /** Adds the next row; false if there is none. */
    boolean add(ReplyBuffer reply);

    /** Changes whenever something was searched that need not be searched again. */
    default long progress() {
        return 0;
    }

    /** Touches the blocks of a number of rows to come; those missing are noted. */
    default void lookAhead(int rows) {
        // Row by row is good enough where rows lie behind each other.
    }
}
