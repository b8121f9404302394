package dev.viewstamp.actors.cli.cluster;

import dev.viewstamp.actors.cli.VerbFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One replica in a process of its own: started, killed, stopped and started again over one data directory. */
public final class ReplicaProcess {
    private final int replica;
    private final List<String> command;
    private final Path log;
    private Process process;
    private CompletableFuture<String> ready;
    private volatile String lastSaid = "";

    /** @param log where its stderr goes; a restart goes on in it */
    ReplicaProcess(int replica, List<String> command, Path log) {
        this.replica = replica;
        this.command = command;
        this.log = log;
    }

    public int replica() {
        return replica;
    }

    public Path log() {
        return log;
    }

    /** Starts it; it must not run. Does not wait. */
    public void start() {
        if (isAlive()) {
            throw new IllegalStateException("replica " + replica + " runs already");
        }
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
            process = builder.start();
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new VerbFailure("cannot start replica " + replica + ": " + e.getMessage(), e);
        }
        ready = new CompletableFuture<>();
        Process started = process;
        CompletableFuture<String> itsReady = ready;
        Thread reader = new Thread(() -> readUntilEnd(started, itsReady), "replica " + replica + " stdout");
        reader.setDaemon(true);
        reader.start();
    }

    private void readUntilEnd(Process process, CompletableFuture<String> ready) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (ReadyLine.matches(line)) {
                    ready.complete(line);
                } else {
                    lastSaid = line;                            // such as why the JVM ends
                }
            }
            ready.completeExceptionally(new IOException("it ended"));
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
    }

    /**
     * Waits for the line that says it is ready.
     *
     * @throws VerbFailure with the end of its log if it ends first or takes too long
     */
    public void awaitReady(Duration limit) {
        try {
            ready.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new VerbFailure("replica " + replica + " was not ready after " + limit.toSeconds() + " s: "
                    + lastWords());
        } catch (ExecutionException e) {
            throw new VerbFailure("replica " + replica + " did not start: " + lastWords());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VerbFailure("interrupted while replica " + replica + " started", e);
        }
    }

    /** SIGKILL, as a power cut for this process; waits until it is gone. */
    public void kill() {
        if (process != null) {
            process.destroyForcibly();
            awaitEnd(Duration.ofSeconds(30));
        }
    }

    /** SIGTERM; waits for the clean end. */
    public int stop(Duration limit) {
        process.destroy();
        return awaitEnd(limit);
    }

    /** Sends a signal by name, such as STOP or CONT, which Java cannot. */
    public void signal(String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Its exit code. */
    public int awaitEnd(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new VerbFailure("replica " + replica + " did not end within " + limit.toSeconds() + " s");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VerbFailure("interrupted while replica " + replica + " ended", e);
        }
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** Of the process that was started last. */
    public long pid() {
        return process.pid();
    }

    public ProcessUsage usage() {
        return ProcessUsage.of(process.toHandle());
    }

    /** How it ended, if it did, and the last lines of its log, on one line. */
    public String lastWords() {
        return String.join(" | ", lastLines(3));
    }

    /** How it ended, if it did, the last lines of its log, and the last of its standard output. */
    public List<String> lastLines(int count) {
        List<String> words = new ArrayList<>();
        if (process != null && !process.isAlive()) {
            words.add("exit code " + process.exitValue());
        }
        try {
            List<String> lines = Files.readAllLines(log);
            words.addAll(lines.subList(Math.max(0, lines.size() - count), lines.size()));
        } catch (IOException e) {
            words.add("no log in " + log);
        }
        if (!lastSaid.isEmpty()) {
            words.add(lastSaid);
        }
        return words;
    }
}
