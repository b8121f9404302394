package dev.viewstamp.actors.cli.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * What a process has used so far, as the kernel counts it.
 *
 * @param peakRssMiB most memory resident at once, MiB; 0 where there is no {@code /proc}
 * @param cpu time on processors, user and system, all threads
 */
public record ProcessUsage(double peakRssMiB, Duration cpu) {
    private static final String PEAK = "VmHWM:";

    /** Of a living process; of one that is gone, zeros. */
    public static ProcessUsage of(ProcessHandle process) {
        return new ProcessUsage(peakRssMiB(process.pid()), process.info().totalCpuDuration().orElse(Duration.ZERO));
    }

    private static double peakRssMiB(long pid) {
        // "VmHWM:    123456 kB"
        try (Stream<String> status = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return status.filter(line -> line.startsWith(PEAK))
                    .map(line -> line.substring(PEAK.length()).replace("kB", "").strip())
                    .mapToDouble(Double::parseDouble).findFirst().orElse(0) / 1024;
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0;
        }
    }
}
