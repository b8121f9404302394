package dev.viewstamp.actors.message;

import dev.viewstamp.actors.message.ReplicaMessage.Blocks;
import dev.viewstamp.actors.message.ReplicaMessage.Commit;
import dev.viewstamp.actors.message.ReplicaMessage.DoViewChange;
import dev.viewstamp.actors.message.ReplicaMessage.Forwarded;
import dev.viewstamp.actors.message.ReplicaMessage.GetBlocks;
import dev.viewstamp.actors.message.ReplicaMessage.GetHeaders;
import dev.viewstamp.actors.message.ReplicaMessage.GetPrepare;
import dev.viewstamp.actors.message.ReplicaMessage.GetReply;
import dev.viewstamp.actors.message.ReplicaMessage.GetStartView;
import dev.viewstamp.actors.message.ReplicaMessage.Headers;
import dev.viewstamp.actors.message.ReplicaMessage.Ping;
import dev.viewstamp.actors.message.ReplicaMessage.Pong;
import dev.viewstamp.actors.message.ReplicaMessage.Prepare;
import dev.viewstamp.actors.message.ReplicaMessage.PrepareOk;
import dev.viewstamp.actors.message.ReplicaMessage.Recovery;
import dev.viewstamp.actors.message.ReplicaMessage.RecoveryResponse;
import dev.viewstamp.actors.message.ReplicaMessage.ReplyCopy;
import dev.viewstamp.actors.message.ReplicaMessage.StartView;
import dev.viewstamp.actors.message.ReplicaMessage.StartViewChange;

/**
 * Number of each message on the wire and how its payload is written. Numbers are never reused; class names never cross
 * the wire.
 */
enum Kind {
    PING(1, Ping.class, true),
    PONG(2, Pong.class, true),
    FORWARDED(5, Forwarded.class, false),
    PREPARE(6, Prepare.class, false),
    PREPARE_OK(7, PrepareOk.class, true),
    COMMIT(9, Commit.class, true),
    START_VIEW_CHANGE(10, StartViewChange.class, true),
    DO_VIEW_CHANGE(11, DoViewChange.class, false),
    START_VIEW(12, StartView.class, false),
    GET_START_VIEW(13, GetStartView.class, true),
    GET_HEADERS(14, GetHeaders.class, true),
    GET_PREPARE(15, GetPrepare.class, true),
    HEADERS(17, Headers.class, false),
    RECOVERY(20, Recovery.class, true),
    RECOVERY_RESPONSE(21, RecoveryResponse.class, true),
    GET_REPLY(22, GetReply.class, true),
    REPLY_COPY(23, ReplyCopy.class, false),
    GET_BLOCKS(24, GetBlocks.class, true),
    BLOCKS(25, Blocks.class, false);

    private static final Kind[] BY_CODE = new Kind[256];
    private static final ClassValue<Kind> BY_TYPE = new ClassValue<>() {
        @Override
        protected Kind computeValue(Class<?> type) {
            for (Kind kind : values()) {
                if (kind.type == type) {
                    return kind;
                }
            }
            throw new IllegalArgumentException(type + " has no number on the wire: add it to Kind");
        }
    };

    static {
        for (Kind kind : values()) {
            BY_CODE[kind.code] = kind;
        }
    }

    private final int code;
    private final Class<? extends ReplicaMessage> type;
    private final boolean cbor;

    Kind(int code, Class<? extends ReplicaMessage> type, boolean cbor) {
        this.code = code;
        this.type = type;
        this.cbor = cbor;
    }

    static Kind of(ReplicaMessage message) {
        return BY_TYPE.get(message.getClass());
    }

    /** Null for a number that is not ours: a newer or a foreign sender. */
    static Kind of(int code) {
        return BY_CODE[code];
    }

    int code() {
        return code;
    }

    boolean isCbor() {
        return cbor;
    }

    Class<? extends ReplicaMessage> type() {
        return type;
    }
}
