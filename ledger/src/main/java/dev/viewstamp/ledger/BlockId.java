package dev.viewstamp.ledger;

/**
 * One block of one of the ledger's files.
 *
 * @param file  as the ledger numbered it
 * @param block 0 is the first
 */
public record BlockId(long file, int block) {}
