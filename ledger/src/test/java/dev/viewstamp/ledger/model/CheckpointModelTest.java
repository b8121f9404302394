package dev.viewstamp.ledger.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.viewstamp.ledger.FileKind;
import dev.viewstamp.ledger.LedgerOptions;
import dev.viewstamp.ledger.Manifest;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Random histories on two nodes that freeze at the same entries and differ in everything that may differ: hash seeds,
 * caches, when jobs are carried out and checkpoints written, when they die and start again. Their replies must be the
 * model's, and checkpoints and files equal byte for byte. Repeatable as {@link ModelTest}:
 *
 * <pre>
 *  -Dviewstamp.checkpoints.events=1000000  how many events in all; 60 000 if not given
 *  -Dviewstamp.checkpoints.history=1234    only the history with this seed
 * </pre>
 */
class CheckpointModelTest {
    private static final long EVENTS = Long.getLong("viewstamp.checkpoints.events", 60_000);
    private static final Long ONLY = Long.getLong("viewstamp.checkpoints.history");

    private final Map<FileKind, Integer> kinds = new EnumMap<>(FileKind.class);
    private int crashes;
    private int checkpoints;

    @Test
    void checkpointsAreFunctionsOfHistory() {
        if (ONLY != null) {
            run(ONLY);
            return;
        }
        Draw seeds = new Draw(20261125);
        int histories = 0;
        for (long events = 0; events < EVENTS; histories++) events += run(seeds.bits() >>> 1);
        System.out.println("checkpoint model test: " + histories + " histories, " + checkpoints + " checkpoints, "
                + crashes + " restarts, files " + kinds);
        assertTrue(crashes > 100 && checkpoints > 300, "checkpoints and crashes happen");
        assertEquals(FileKind.values().length, kinds.size(), "files of each kind: " + kinds);
    }

    private long run(long seed) {
        try {
            return compare(new Draw(seed));
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("-Dviewstamp.checkpoints.history=" + seed + ": " + e, e);
        }
    }

    private long compare(Draw draw) {
        HistoryShape shape = HistoryShape.random(draw);
        LedgerOptions options = LedgerOptions.defaults().withRequestBodyMax(shape.requestBodyMax())
                .withSegmentRecords(1 << draw.ofInts(4, 4, 4, 5, 6, 7, 9, 10));
        NodeSubject a = new NodeSubject(options.withCacheBlocks(draw.ofInts(1, 8, 200)).withHashSeed(draw.bits()),
                new Draw(draw.bits()));
        NodeSubject b = new NodeSubject(options.withCacheBlocks(3).withHashSeed(draw.bits()), new Draw(draw.bits()));
        ModelLedger model = new ModelLedger(shape.requestBodyMax());
        HistoryGenerator generator = new HistoryGenerator(draw, shape, model);
        int freezing = draw.ofInts(5, 20, 50);
        long events = 0;
        while (events < shape.events()) {
            HistoryGenerator.Request request = generator.next();
            int operation = request.operation();
            if (!model.isValid(operation, request.body())) continue;
            events += operation == 128 ? 0 : Math.max(1, model.timestampDelta(operation, request.body()));
            byte[] expected = model.execute(operation, request.timestamp(), request.body());
            assertArrayEquals(expected, a.execute(operation, request.timestamp(), request.body()));
            assertArrayEquals(expected, b.execute(operation, request.timestamp(), request.body()));
            if (draw.percent(freezing)) {                    // never twice after one entry, as in a node
                a.freeze();
                b.freeze();
            }
            if (draw.percent(5)) a.crash();
            if (draw.percent(5)) b.crash();
            assertEquals(model.nextExpiry(), a.nextExpiry());
        }
        byte[] dump = model.dump();
        assertArrayEquals(dump, a.dump());
        assertArrayEquals(dump, b.dump());
        compareCheckpoints(a, b);
        return events;
    }

    private void compareCheckpoints(NodeSubject a, NodeSubject b) {
        List<byte[]> ofA = a.manifests();
        List<byte[]> ofB = b.manifests();
        assertEquals(ofA.size(), ofB.size());
        for (int i = 0; i < ofA.size(); i++) assertArrayEquals(ofA.get(i), ofB.get(i), "checkpoint " + i);
        crashes += a.crashes() + b.crashes();
        checkpoints += ofA.size();
        if (ofA.isEmpty()) return;
        for (Manifest.File file : Manifest.read(ofA.get(ofA.size() - 1)).files()) {
            assertNull(a.files().difference(b.files(), file.number()), "file " + file);
            assertEquals(file.length(), a.files().length(file.number()), "length of " + file);
            kinds.merge(file.kind(), 1, Integer::sum);
        }
    }
}
