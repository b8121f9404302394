package dev.viewstamp.journal;

import dev.viewstamp.journal.DataDirectoryException.Reason;
import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What an opener believes a data directory to be; whatever it leaves out is not compared. A replica that
 * ran on another's directory would break the promises that other one gave.
 */
public record ExpectedIdentity(Optional<Word128> cluster, OptionalInt replica, OptionalInt replicaCount,
        Optional<ClusterConstants> constants) {

    public static ExpectedIdentity anything() {
        return new ExpectedIdentity(Optional.empty(), OptionalInt.empty(), OptionalInt.empty(), Optional.empty());
    }

    public ExpectedIdentity withCluster(Word128 value) {
        return new ExpectedIdentity(Optional.of(value), replica, replicaCount, constants);
    }

    public ExpectedIdentity withReplica(int value) {
        return new ExpectedIdentity(cluster, OptionalInt.of(value), replicaCount, constants);
    }

    public ExpectedIdentity withReplicaCount(int value) {
        return new ExpectedIdentity(cluster, replica, OptionalInt.of(value), constants);
    }

    public ExpectedIdentity withConstants(ClusterConstants value) {
        return new ExpectedIdentity(cluster, replica, replicaCount, Optional.of(value));
    }

    /** As operators write cluster ids. */
    private static String decimal(Word128 cluster) {
        return new BigInteger(cluster.toString(), 16).toString();
    }

    /** Throws unless {@code found} is as expected; {@code where} begins the message. */
    void check(String where, SuperBlock found) throws DataDirectoryException {
        if (cluster.isPresent() && !cluster.get().equals(found.cluster())) {
            throw new DataDirectoryException(Reason.OTHER_CLUSTER, where + " belongs to cluster "
                    + decimal(found.cluster()) + ", not " + decimal(cluster.get()));
        }
        int replicaFound = found.vsrState().replica();
        if (replica.isPresent() && replica.getAsInt() != replicaFound) {
            throw new DataDirectoryException(Reason.OTHER_REPLICA, where + " belongs to replica " + replicaFound
                    + ", not " + replica.getAsInt());
        }
        int countFound = found.constants().replicaCount();
        if (replicaCount.isPresent() && replicaCount.getAsInt() != countFound) {
            throw new DataDirectoryException(Reason.OTHER_CONSTANTS, where + " was formatted for " + countFound
                    + " replicas, not " + replicaCount.getAsInt());
        }
        if (constants.isPresent() && found.constants().differenceFrom(constants.get()).isPresent()) {
            throw new DataDirectoryException(Reason.OTHER_CONSTANTS, where + " was formatted with other constants: "
                    + found.constants().differenceFrom(constants.get()).get());
        }
    }
}
