package dev.viewstamp.ledger.model;

import java.math.BigInteger;

/** What the common driver of ledger spec §7 looks at. */
interface ModelEvent {
    BigInteger id();

    boolean linked();

    boolean imported();

    long timestamp();
}
