package dev.viewstamp.testkit.planted;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;

/** Runs the simulation on mutants until it catches them. */
final class PlantedBugs {
    /**
     * @param seeds how many it took; how many were tried if it was not caught
     * @param violation null if it was not caught
     */
    record Hunt(PlantedBug bug, int seeds, String violation) {
        boolean isCaught() {
            return violation != null;
        }

        @Override
        public String toString() {
            String line = violation == null ? "NOT CAUGHT" : violation.lines().findFirst().orElse("");
            return String.format("%-42s %4d of %4d seeds  %s", bug.name(), seeds, bug.seedsMax(),
                    line.length() > 150 ? line.substring(0, 150) + "…" : line);
        }
    }

    private PlantedBugs() {
    }

    static List<PlantedBug> all() throws IOException {
        try (InputStream in = PlantedBugs.class.getResourceAsStream("/planted-bugs.txt");
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return PlantedBug.parse(lines.lines().toList());
        }
    }

    /** Seeds 1, 2, 3 … until the simulation complains, {@code seedsMax} of them at most. */
    static Hunt hunt(PlantedBug bug, int seedsMax) throws IOException, ReflectiveOperationException {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try {
            LongFunction<String> simulation = Mutant.of(bug).simulation(bug.replicaCount());
            for (int seed = 1; seed <= seedsMax; seed++) {
                String violation = simulation.apply(seed);
                if (violation != null) {
                    return new Hunt(bug, seed, violation);
                }
            }
            return new Hunt(bug, seedsMax, null);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /** Hunts all bugs, or those named, and prints a table: {@code [--seeds=N] [name …]}. */
    public static void main(String[] args) throws IOException, ReflectiveOperationException {
        List<String> names = new ArrayList<>(Arrays.asList(args));
        int seeds = 0;
        if (!names.isEmpty() && names.get(0).startsWith("--seeds=")) {
            seeds = Integer.parseInt(names.remove(0).substring("--seeds=".length()));
        }
        int missed = 0;
        for (PlantedBug bug : all()) {
            if (names.isEmpty() || names.contains(bug.name())) {
                Hunt hunt = hunt(bug, seeds == 0 ? bug.seedsMax() : seeds);
                System.out.println(hunt);
                missed += hunt.isCaught() ? 0 : 1;
            }
        }
        System.out.println(missed + " not caught");
        System.exit(missed == 0 ? 0 : 1);
    }
}
