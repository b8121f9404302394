package dev.viewstamp.actors.message;

import akka.actor.ExtendedActorSystem;
import akka.actor.typed.ActorRefResolver;
import akka.actor.typed.javadsl.Adapter;
import akka.serialization.ByteBufferSerializer;
import akka.serialization.SerializerWithStringManifest;
import dev.viewstamp.actors.message.BackupMessage.EndHold;
import dev.viewstamp.actors.message.BackupMessage.GetPieces;
import dev.viewstamp.actors.message.BackupMessage.GetStanding;
import dev.viewstamp.actors.message.BackupMessage.Pieces;
import dev.viewstamp.actors.message.BackupMessage.Standing;
import dev.viewstamp.actors.message.Damaged.Reason;
import dev.viewstamp.journal.CheckpointFile;
import dev.viewstamp.journal.CheckpointState;
import dev.viewstamp.journal.Checksums;
import dev.viewstamp.journal.ClusterConstants;
import dev.viewstamp.journal.Word128;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link BackupEnvelope} on the wire, little-endian, under a checksum that is verified before any field is believed:
 *
 * <pre>
 *  0 checksum 16   XXH3-128 of everything behind it
 * 16 cluster 16    32 version u8 = 1    33 kind u8    34 senderSize u16
 * 36 the message:
 *    0 GetStanding  hold u8
 *    1 Standing     replica u32, view u32, commitMin, commitMax u64 each, constants 28, checkpoint 384
 *    2 GetPieces    file kind u8, number u64, first u32, count u32
 *    3 Pieces       file kind u8, number u64, first u32, count u32, replica u32, sizes u32 each, then the pieces
 *    4 EndHold
 *  … the sender's path, UTF-8
 * </pre>
 *
 * Damaged bytes become {@link Damaged}, never an exception. Thread-safe.
 */
public final class BackupSerializer extends SerializerWithStringManifest implements ByteBufferSerializer {
    private static final int IDENTIFIER = 7_407_102;
    private static final String MANIFEST = "B1";
    private static final int VERSION = 1;
    private static final int FRAME = 36;
    private static final int SENDER_MAX = 1024;
    private static final int SIZE_MAX = FRAME + 64 + Pieces.COUNT_MAX * (Pieces.SIZE + 4) + SENDER_MAX;

    private final ActorRefResolver resolver;

    /** Called by Akka. */
    public BackupSerializer(ExtendedActorSystem system) {
        resolver = ActorRefResolver.get(Adapter.toTyped(system));
    }

    @Override
    public int identifier() {
        return IDENTIFIER;
    }

    @Override
    public String manifest(Object message) {
        return MANIFEST;
    }

    @Override
    public byte[] toBinary(Object message) {
        BackupEnvelope envelope = (BackupEnvelope) message;
        byte[] sender = resolver.toSerializationFormat(envelope.sender()).getBytes(StandardCharsets.UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(FRAME + size(envelope.message()) + sender.length)
                .order(ByteOrder.LITTLE_ENDIAN);
        envelope.cluster().writeTo(frame.position(16));
        frame.put((byte) VERSION).put((byte) kind(envelope.message())).putShort((short) sender.length);
        write(envelope.message(), frame);
        frame.put(sender);
        Checksums.of(frame.array(), 16, frame.capacity() - 16).writeTo(frame.position(0));
        return frame.array();
    }

    @Override
    public void toBinary(Object message, ByteBuffer target) {
        target.put(toBinary(message));
    }

    @Override
    public Object fromBinary(ByteBuffer source, String manifest) {
        byte[] bytes = new byte[Math.min(source.remaining(), SIZE_MAX + 1)];
        source.get(bytes);
        return fromBinary(bytes, manifest);
    }

    @Override
    public Object fromBinary(byte[] bytes, String manifest) {
        if (bytes.length < FRAME) {
            return new Damaged(Reason.TOO_SHORT);
        }
        if (bytes.length > SIZE_MAX) {
            return new Damaged(Reason.TOO_LONG);
        }
        ByteBuffer frame = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (!Word128.read(frame).equals(Checksums.of(bytes, 16, bytes.length - 16))) {
            return new Damaged(Reason.BAD_CHECKSUM);
        }
        Word128 cluster = Word128.read(frame);
        int version = frame.get();
        int kind = frame.get();
        int senderSize = frame.getShort() & 0xFFFF;
        int end = bytes.length - senderSize;
        if (version != VERSION || kind < 0 || kind > 4) {
            return new Damaged(Reason.UNKNOWN_KIND);
        }
        if (senderSize > SENDER_MAX || end < FRAME) {
            return new Damaged(Reason.BAD_PAYLOAD);
        }
        try {
            BackupMessage message = read(kind, frame.limit(end));
            String sender = new String(bytes, end, senderSize, StandardCharsets.UTF_8);
            return frame.hasRemaining() ? new Damaged(Reason.BAD_PAYLOAD)
                    : new BackupEnvelope(cluster, resolver.resolveActorRef(sender), message);
        } catch (RuntimeException e) {                           // too short, or a value that cannot be
            return new Damaged(Reason.BAD_PAYLOAD);
        }
    }

    private static int kind(BackupMessage message) {
        if (message instanceof GetStanding) {
            return 0;
        } else if (message instanceof Standing) {
            return 1;
        } else if (message instanceof GetPieces) {
            return 2;
        }
        return message instanceof Pieces ? 3 : 4;
    }

    private static int size(BackupMessage message) {
        if (message instanceof GetStanding) {
            return 1;
        } else if (message instanceof Standing) {
            return 24 + ClusterConstants.SIZE + CheckpointState.SIZE;
        } else if (message instanceof GetPieces) {
            return 17;
        } else if (message instanceof Pieces pieces) {
            return 21 + pieces.pieces().stream().mapToInt(piece -> 4 + piece.length).sum();
        }
        return 0;
    }

    private static void write(BackupMessage message, ByteBuffer to) {
        if (message instanceof GetStanding get) {
            to.put((byte) (get.hold() ? 1 : 0));
        } else if (message instanceof Standing standing) {
            to.putInt(standing.replica()).putInt(standing.view()).putLong(standing.commitMin())
                    .putLong(standing.commitMax());
            standing.constants().writeTo(to);
            standing.checkpoint().writeTo(to);
        } else if (message instanceof GetPieces get) {
            write(get.file(), get.first(), get.count(), to);
        } else if (message instanceof Pieces pieces) {
            write(pieces.file(), pieces.first(), pieces.pieces().size(), to);
            to.putInt(pieces.replica());
            pieces.pieces().forEach(piece -> to.putInt(piece.length));
            pieces.pieces().forEach(to::put);
        }
    }

    private static void write(CheckpointFile file, int first, int count, ByteBuffer to) {
        to.put((byte) file.kind().ordinal()).putLong(file.number()).putInt(first).putInt(count);
    }

    private static BackupMessage read(int kind, ByteBuffer from) {
        return switch (kind) {
            case 0 -> new GetStanding(from.get() == 1);
            case 1 -> new Standing(from.getInt(), from.getInt(), from.getLong(), from.getLong(),
                    ClusterConstants.read(from), CheckpointState.read(from));
            case 2 -> new GetPieces(file(from), from.getInt(), from.getInt());
            case 3 -> pieces(from);
            default -> new EndHold();
        };
    }

    private static CheckpointFile file(ByteBuffer from) {
        return new CheckpointFile(CheckpointFile.Kind.values()[from.get()], from.getLong());
    }

    private static Pieces pieces(ByteBuffer from) {
        CheckpointFile file = file(from);
        int first = from.getInt();
        int count = from.getInt();
        if (count < 0 || count > Pieces.COUNT_MAX) {
            throw new IllegalArgumentException(count + " pieces");
        }
        int replica = from.getInt();
        int[] sizes = new int[count];
        for (int i = 0; i < count; i++) {
            sizes[i] = from.getInt();
            if (sizes[i] < 0 || sizes[i] > Pieces.SIZE) {
                throw new IllegalArgumentException("a piece of " + sizes[i] + " bytes");
            }
        }
        List<byte[]> pieces = new ArrayList<>();
        for (int size : sizes) {
            byte[] piece = new byte[size];
            from.get(piece);
            pieces.add(piece);
        }
        return new Pieces(replica, file, first, pieces);
    }
}
