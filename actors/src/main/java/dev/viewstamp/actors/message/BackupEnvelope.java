package dev.viewstamp.actors.message;

import akka.actor.typed.ActorRef;
import dev.viewstamp.journal.Word128;

/**
 * A {@link BackupMessage} under way between the command line and a node, whose door listens at {@link #DOOR_PATH}.
 *
 * @param cluster the cluster meant; zero with {@link BackupMessage.GetStanding} alone: whichever it is
 * @param sender whom to answer
 */
public record BackupEnvelope(Word128 cluster, ActorRef<BackupInbox> sender, BackupMessage message)
        implements BackupInbox {
    /** Name of the door under a node's {@code /user}. */
    public static final String DOOR = "backups";
    /** Its path. */
    public static final String DOOR_PATH = "/user/" + DOOR;
}
