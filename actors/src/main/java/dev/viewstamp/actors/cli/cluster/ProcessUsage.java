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
 * @param rssMiB memory resident now, likewise
 * @param cpu time on processors, user and system, all threads
 */
public record ProcessUsage(double peakRssMiB, double rssMiB, Duration cpu) {
    private static final String PEAK = "VmHWM:";
    private static final String NOW = "VmRSS:";

    /** Of a living process; of one that is gone, zeros. */
    public static ProcessUsage of(ProcessHandle process) {
        return new ProcessUsage(mebibytes(process.pid(), PEAK), mebibytes(process.pid(), NOW),
                process.info().totalCpuDuration().orElse(Duration.ZERO));
    }

    private static double mebibytes(long pid, String field) {
        // "VmHWM:    123456 kB"
        try (Stream<String> status = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
            return status.filter(line -> line.startsWith(field))
                    .map(line -> line.substring(field.length()).replace("kB", "").strip())
                    .mapToDouble(Double::parseDouble).findFirst().orElse(0) / 1024;
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0;
        }
    }
}
