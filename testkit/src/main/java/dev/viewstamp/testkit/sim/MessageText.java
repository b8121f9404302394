package dev.viewstamp.testkit.sim;

import dev.viewstamp.actors.message.Envelope;
import dev.viewstamp.actors.message.ReplicaMessage;
import dev.viewstamp.actors.message.ReplicaMessage.Blocks;
import dev.viewstamp.actors.message.ReplicaMessage.Commit;
import dev.viewstamp.actors.message.ReplicaMessage.DoViewChange;
import dev.viewstamp.actors.message.ReplicaMessage.Forwarded;
import dev.viewstamp.actors.message.ReplicaMessage.GetBlocks;
import dev.viewstamp.actors.message.ReplicaMessage.GetHeaders;
import dev.viewstamp.actors.message.ReplicaMessage.GetPrepare;
import dev.viewstamp.actors.message.ReplicaMessage.Headers;
import dev.viewstamp.actors.message.ReplicaMessage.Ping;
import dev.viewstamp.actors.message.ReplicaMessage.Prepare;
import dev.viewstamp.actors.message.ReplicaMessage.PrepareOk;
import dev.viewstamp.actors.message.ReplicaMessage.RecoveryResponse;
import dev.viewstamp.actors.message.ReplicaMessage.StartView;
import dev.viewstamp.client.protocol.ClientEnvelope;
import dev.viewstamp.client.protocol.ClientMessage;
import dev.viewstamp.client.protocol.ClientMessage.Eviction;
import dev.viewstamp.client.protocol.ClientMessage.PongClient;
import dev.viewstamp.client.protocol.ClientMessage.Reply;
import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.journal.EntryHeader;
import dev.viewstamp.journal.Word128;
import java.util.List;

/** A message in a few words, the same in every run: no actor references, no sizes of encodings. */
final class MessageText {
    private MessageText() {
    }

    static String of(Object message) {
        if (message instanceof Envelope envelope) {
            return of(envelope.message()) + " view=" + envelope.view();
        }
        if (message instanceof ClientEnvelope envelope) {
            return of(envelope.message());
        }
        return message.getClass().getSimpleName();
    }

    private static String of(ReplicaMessage message) {
        String kind = message.getClass().getSimpleName();
        if (message instanceof Prepare m) {
            return kind + header(m.entry().header());
        } else if (message instanceof PrepareOk m) {
            return kind + " op=" + m.op() + " " + brief(m.prepareChecksum());
        } else if (message instanceof Commit m) {
            return kind + " commit=" + m.commit();
        } else if (message instanceof DoViewChange m) {
            return kind + " logView=" + m.logView() + " op=" + m.op() + " commitMin=" + m.commitMin() + " present="
                    + Long.toBinaryString(m.presentBits()) + " nack=" + Long.toBinaryString(m.nackBits())
                            + list(m.headers());
        } else if (message instanceof StartView m) {
            return kind + " op=" + m.op() + " commitMax=" + m.commitMax() + list(m.headers());
        } else if (message instanceof Headers m) {
            return kind + list(m.headers());
        } else if (message instanceof GetHeaders m) {
            return kind + " " + m.opMin() + ".." + m.opMax();
        } else if (message instanceof GetPrepare m) {
            return kind + " op=" + m.op() + (m.anyChecksum() ? " any" : " " + brief(m.checksum()));
        } else if (message instanceof RecoveryResponse m) {
            return kind + " normal=" + m.normal() + " op=" + m.op() + " commitMax=" + m.commitMax();
        } else if (message instanceof Forwarded m) {
            return kind + " " + of(m.request());
        } else if (message instanceof GetBlocks m) {
            return kind + " " + m.kind() + " " + m.number() + ", " + m.count() + " from " + m.first();
        } else if (message instanceof Blocks m) {
            return m.toString();
        } else if (message instanceof Ping m) {
            return kind + " checkpoint=" + m.checkpointOp();
        }
        return kind;
    }

    private static String of(ClientMessage message) {
        String kind = message.getClass().getSimpleName();
        if (message instanceof Request m) {
            return kind + " " + m.request() + " operation=" + m.operation() + " client=" + brief(m.client().lo());
        } else if (message instanceof Reply m) {
            return kind + " " + m.request() + " op=" + m.op() + " view=" + m.view();
        } else if (message instanceof Eviction m) {
            return kind + " " + m.reason() + " view=" + m.view();
        } else if (message instanceof PongClient m) {
            return kind + " view=" + m.view();
        }
        return kind;
    }

    /** Op, view and the first digits of the checksum. */
    static String header(EntryHeader header) {
        return " op=" + header.op() + "/" + header.view() + " " + brief(header.checksum());
    }

    private static String list(List<EntryHeader> headers) {
        StringBuilder text = new StringBuilder(" [");
        for (EntryHeader header : headers) {
            text.append(text.length() > 2 ? " " : "").append(header.op()).append('/')
                    .append(header.isReserved() ? "-" : header.view()).append(':').append(brief(header.checksum()));
        }
        return text.append(']').toString();
    }

    private static String brief(Word128 word) {
        return brief(word.hi());
    }

    private static String brief(long bits) {
        String digits = Integer.toHexString((int) (bits >>> 40) & 0xFFFFFF);
        return "000000".substring(digits.length()) + digits;
    }
}
