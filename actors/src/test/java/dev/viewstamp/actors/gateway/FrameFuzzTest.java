package dev.viewstamp.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.client.protocol.ClientMessage.Request;
import dev.viewstamp.ledger.LittleEndian;
import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import dev.viewstamp.ledger.RequestRules;
import dev.viewstamp.ledger.Uint128;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Mutated frames, most of them sealed again so that they get past the checksums, in pieces of any size: the reader says
 * what it should, throws nothing and keeps nothing. What passes goes on to everything that looks into a body before the
 * replica does.
 *
 * <p>A mutator of our own, since one that does not know AEGIS never gets past the first 16 bytes. By hand, for longer:
 * {@code -Dviewstamp.fuzz.frames=10000000}; {@code -Dviewstamp.fuzz.seed=…} for other ones.
 */
class FrameFuzzTest {
    private static final int FRAMES = Integer.getInteger("viewstamp.fuzz.frames", 300_000);
    private static final long SEED = Long.getLong("viewstamp.fuzz.seed", 6);
    private static final int BUDGET = 1 << 21;
    private static final long GROWTH_MAX = 16 << 20;
    private static final int[] NUMBERS = {0, 1, 2, 255, 256, 257, 512, 1 << 20, (1 << 20) + 1, -1, 0x7FFFFFFF, 0xFFFF};
    private static final int[] FIELDS = {16, 32, 48, 80, 96, 100, 104, 108, 112, 114, 115, 128, 144, 152, 160, 176, 184,
        192, 196, 197, 200, 204, 236, 255};

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final ByteBudget budget = new ByteBudget(BUDGET);
    private final List<byte[]> seeds = new ArrayList<>();
    private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
    private FrameReader reader = newReader();
    private Correspondent correspondent = newCorrespondent();
    private long passed;
    private long ignored;
    private long valid;

    @Test
    void noFrameHarmsTheReader() {
        plantSeeds();
        long heapAtTenth = 0;
        for (int i = 0; i < FRAMES; i++) {
            if (i == FRAMES / 10) {
                heapAtTenth = usedHeap();
            }
            one(i);
        }
        reader.releaseBody();
        assertEquals(BUDGET, budget.left(), "memory for bodies was lost");
        long grown = usedHeap() - heapAtTenth;
        assertTrue(grown < GROWTH_MAX, () -> "the heap grew by " + grown + " bytes");
        assertTrue(passed > FRAMES / 20 && ignored > FRAMES / 20 && valid > FRAMES / 100 && faults.size() >= 5,
                this::toString);
        System.out.println(this);
    }

    private void one(int i) {
        byte[] original = seeds.get(random.nextInt(seeds.size()));
        byte[] frame = mutated(original);
        boolean isSealed = random.nextInt(10) < 8;
        if (isSealed) {
            seal(frame);
        }
        boolean wasFresh = !reader.isInsideFrame();
        List<Inbound> read = inPieces(frame);
        for (Inbound inbound : read) {
            judge(inbound);
        }
        boolean isIntact = Arrays.equals(frame, original);
        if (!isSealed && wasFresh && !isIntact && frame.length >= FrameLayout.HEADER && !sealedByChance(frame)) {
            assertFalse(read.stream().anyMatch(inbound -> inbound instanceof Inbound.Request
                    || inbound instanceof Inbound.Ping), () -> "frame " + i + " of seed " + SEED + " is damaged");
        }
        boolean isBroken = !read.isEmpty() && read.get(read.size() - 1) instanceof Inbound.Broken;
        if (isBroken || random.nextInt(8) == 0) {
            reader.releaseBody();
            reader = newReader();
            correspondent = newCorrespondent();
        }
    }

    /** A mutation may have missed everything that the first frame's checksums cover. */
    private static boolean sealedByChance(byte[] frame) {
        return !Frames.read(new FrameReader(Frames.CLUSTER, new ByteBudget(BUDGET)),
                Arrays.copyOf(frame, Math.min(frame.length, size(frame)))).stream()
                .allMatch(inbound -> inbound instanceof Inbound.Broken);
    }

    private static int size(byte[] frame) {
        int size = LittleEndian.i32(frame, FrameLayout.SIZE);
        return size < FrameLayout.HEADER ? FrameLayout.HEADER : size;
    }

    private void judge(Inbound inbound) {
        if (inbound instanceof Inbound.Request request) {
            passed++;
            look(request.request());
            reader.releaseBody();
        } else if (inbound instanceof Inbound.Ping ping) {
            passed++;
            assertTrue(ping.ping().session() >= 0 && !ping.ping().client().isZero() && ping.release() != 0);
            if (correspondent.speaks(ping.ping().client(), ping.release())) {
                correspondent.pings(ping.ping(), 0);
                correspondent.unserved();
            }
        } else if (inbound instanceof Inbound.Broken broken) {
            faults.merge(broken.fault(), 1, Integer::sum);
        } else {
            ignored++;
        }
    }

    private void look(Request request) {
        assertTrue(!request.client().isZero() && request.release() != 0
                && request.body().length <= FrameLayout.BODY_MAX && request.operation() <= 255);
        if (correspondent.speaks(request.client(), request.release())) {
            correspondent.asks(request, 0);
        }
        if (RequestRules.check(request.operation(), request.body(), FrameLayout.BODY_MAX)
                == RequestRules.Verdict.VALID) {
            valid++;
            assertTrue(RequestRules.timestampDelta(request.operation(), request.body()) >= 0);
        }
    }

    private byte[] mutated(byte[] original) {
        byte[] frame = original.clone();
        for (int times = random.nextInt(4); times > 0; times--) {
            int at = random.nextInt(frame.length);
            switch (random.nextInt(8)) {
                case 0 -> frame[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> frame[at] = (byte) random.nextInt();
                case 2 -> putNumber(frame, FIELDS[random.nextInt(FIELDS.length)]);
                case 3 -> putNumber(frame, Math.max(0, frame.length - 2 - random.nextInt(64)));
                case 4 -> frame = Arrays.copyOf(frame, at + 1);
                case 5 -> frame = Arrays.copyOf(frame, frame.length + random.nextInt(600));
                case 6 -> frame = spliced(frame, at);
                default -> {
                    int end = Math.min(frame.length, at + random.nextInt(40));
                    Arrays.fill(frame, at, end, (byte) (random.nextBoolean() ? 0 : 0xFF));
                }
            }
        }
        return frame;
    }

    private byte[] spliced(byte[] frame, int at) {
        byte[] other = seeds.get(random.nextInt(seeds.size()));
        byte[] spliced = Arrays.copyOf(frame, at + Math.max(0, other.length - at));
        if (other.length > at) {
            System.arraycopy(other, at, spliced, at, other.length - at);
        }
        return spliced.length == 0 ? frame : spliced;
    }

    private void putNumber(byte[] frame, int at) {
        int number = NUMBERS[random.nextInt(NUMBERS.length)];
        for (int i = 0; i < 4 && at + i < frame.length; i++) {
            frame[at + i] = (byte) (number >>> 8 * i);
        }
    }

    /** Often with a size that fits, so that the body is read as well. */
    private void seal(byte[] frame) {
        if (frame.length < FrameLayout.HEADER) {
            return;
        }
        if (random.nextInt(4) > 0) {
            LittleEndian.putU32(frame, FrameLayout.SIZE, frame.length);
        }
        if (random.nextInt(8) > 0) {
            Frames.seal(frame);
        } else {
            Frames.sealHeader(frame);
        }
    }

    private List<Inbound> inPieces(byte[] frame) {
        List<Inbound> all = new ArrayList<>();
        int at = 0;
        while (at < frame.length) {
            int length = random.nextInt(3) == 0 ? 1 + random.nextInt(frame.length - at) : frame.length - at;
            ByteBuffer piece = ByteBuffer.wrap(frame, at, length);
            for (Inbound next = reader.read(piece); next != null; next = reader.read(piece)) {
                all.add(next);
                if (next instanceof Inbound.Broken) {
                    return all;
                }
                reader.releaseBody();
            }
            at += length;
        }
        return all;
    }

    private void plantSeeds() {
        seeds.add(FrameVectors.bytes(FrameVectors.F1));
        seeds.add(FrameVectors.bytes(FrameVectors.F3));
        seeds.add(FrameVectors.bytes(FrameVectors.F5));
        for (Operation operation : Operation.values()) {
            byte[] event = new byte[operation.eventSize()];
            byte[] body = operation.isFramed() ? MultiBatch.encode(event.length, List.of(event, event)) : event;
            seeds.add(Frames.request(Frames.CLIENT, 7, 3, Uint128.ONE, operation.code(), body));
        }
    }

    private FrameReader newReader() {
        return new FrameReader(Frames.CLUSTER, budget);
    }

    private static Correspondent newCorrespondent() {
        return new Correspondent(new FrameWriter(Frames.CLUSTER, 3, 0, Frames.RELEASE), 1, Frames.RELEASE);
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Override
    public String toString() {
        return FRAMES + " frames of seed " + SEED + ": " + passed + " passed, " + valid + " of them could be executed, "
                + ignored + " ignored, broken off: " + faults;
    }
}
