package dev.viewstamp.actors.cli;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import dev.viewstamp.actors.InvalidSetting;
import dev.viewstamp.actors.NodeFailure;
import dev.viewstamp.actors.ReplicaNode;
import dev.viewstamp.actors.ReplicaSettings;
import dev.viewstamp.actors.cli.cluster.ReadyLine;
import dev.viewstamp.journal.DataDirectoryException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code start}: runs a replica until SIGTERM, SIGINT or a broken invariant. */
@Command(name = "start", description = "Runs a replica. Prints one line when it is ready; SIGTERM stops it cleanly.",
        footer = {"", "Examples:",
            "  viewstamp start --addresses=3000 data/0",
            "  viewstamp start --addresses=db1:3000,db2:3000,db3:3000 --set=journal.workers=4 data/0",
            "  viewstamp start --config=conf/node.conf"})
public final class StartVerb implements Verb {
    private static final long STOP_SECONDS_MAX = 10;

    @Spec
    private CommandSpec spec;

    @Mixin
    private OperatorConfig operator;

    @Option(names = "--end-with-parent", hidden = true, description = "Ends when the process that started it does.")
    private boolean endWithParent;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "Prints this text.")
    private boolean help;

    @Parameters(paramLabel = "DIR", arity = "0..1",
            description = "The data directory, made by format (default: viewstamp.data-dir of the configuration).")
    private Path directory;

    @Override
    public int order() {
        return 20;
    }

    @Override
    public Integer call() {
        if (endWithParent) {
            ProcessHandle.current().parent().ifPresent(this::endWith);
        }
        ReplicaSettings settings = settings();
        ReplicaNode node = start(settings);
        spec.commandLine().getErr().println(memory());
        AtomicBoolean ended = new AtomicBoolean();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopOnSignal(node, ended), "stop"));
        node.whenReady().thenAccept(snapshot -> {
            spec.commandLine().getOut().println(
                    ReadyLine.of(snapshot.replica(), settings.replicas().size(), node.address()));
            spec.commandLine().getOut().flush();
        });
        node.whenTerminated().toCompletableFuture().join();
        ended.set(true);
        CompletableFuture<Throwable> failure = node.whenFailed().toCompletableFuture();
        if (failure.isDone()) {
            Throwable why = failure.join();
            if (why instanceof NodeFailure) {
                throw new VerbFailure(why.getMessage(), why);
            }
            throw new VerbFailure("the node stopped: " + why + "; its data directory is safe", why);
        }
        return Main.SUCCESS;
    }

    /** {@code onExit} also completes if the parent cannot be looked at, as for want of a file descriptor. */
    private void endWith(ProcessHandle parent) {
        parent.onExit().thenRun(() -> {
            if (parent.isAlive()) {
                endWith(parent);
                return;
            }
            spec.commandLine().getErr().println("process " + parent.pid() + ", which started this one, has ended");
            spec.commandLine().getErr().flush();
            Runtime.getRuntime().halt(Main.FAILURE);
        });
    }

    private ReplicaSettings settings() {
        Config asked = operator.read();
        if (directory != null) {
            asked = asked.withValue("viewstamp.data-dir", ConfigValueFactory.fromAnyRef(directory.toString(), "DIR"));
        }
        // This verb ends the process itself, with the exit code that fits.
        for (String key : List.of("exit-jvm", "run-by-jvm-shutdown-hook")) {
            asked = asked.withValue("akka.coordinated-shutdown." + key, ConfigValueFactory.fromAnyRef("off"));
        }
        try {
            return ReplicaSettings.from(ReplicaSettings.layered(asked));
        } catch (InvalidSetting e) {
            throw new UsageError(fileFirst(e.getMessage()));
        } catch (ConfigException e) {
            throw new UsageError(OperatorConfig.brief(e));
        }
    }

    /** "viewstamp FILE: 3: key …" as "FILE:3: viewstamp.key …": so editors find it. */
    private static String fileFirst(String message) {
        return message.replaceFirst("^viewstamp (.+?): (\\d+): ", "$1:$2: viewstamp.");
    }

    /** What this JVM may use, however it got it. */
    private static String memory() {
        long direct = Long.parseLong(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption("MaxDirectMemorySize").getValue());
        return "memory: heap " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB, direct "
                + (direct == 0 ? "as much" : (direct >> 20) + " MiB") + "; JDK " + Runtime.version();
    }

    private static ReplicaNode start(ReplicaSettings settings) {
        try {
            return ReplicaNode.start(settings);
        } catch (DataDirectoryException e) {
            throw DataDirectoryTrouble.of(e);
        } catch (InvalidSetting e) {
            throw new UsageError(e.getMessage());
        } catch (NodeFailure e) {
            throw new VerbFailure(e.getMessage(), e);
        }
    }

    /** A shutdown hook: the JVM would report the signal as its exit code, although the node ended as it should. */
    private static void stopOnSignal(ReplicaNode node, AtomicBoolean ended) {
        if (ended.get()) {
            return;
        }
        try {
            node.stop().toCompletableFuture().get(STOP_SECONDS_MAX, TimeUnit.SECONDS);
            Runtime.getRuntime().halt(Main.SUCCESS);
        } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
            Runtime.getRuntime().halt(Main.FAILURE); // As safe as SIGKILL, but not what was asked for.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
