package dev.viewstamp.actors.replica;

import org.junit.jupiter.api.Test;

/** A few stormy seeds with every build; {@link CoreClusterSeeds#main} hunts with thousands. */
class CoreStormTest {
    private static final int SEEDS = 24;

    @Test
    void nothingAcknowledgedIsLostAndCalmBringsAllTogether() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            CoreClusterSeeds.run(seed);
        }
    }
}
