package dev.viewstamp.testkit.scenario;

import dev.viewstamp.testkit.sim.SimClient;
import java.time.Duration;
import java.util.List;

/** The clients that a story speaks of. */
public final class ClientHandle {
    private static final Duration FOR_EVER = Duration.ofHours(1);

    private final Scenario scenario;
    private final List<SimClient> clients;

    ClientHandle(Scenario scenario, List<SimClient> clients) {
        this.scenario = scenario;
        this.clients = List.copyOf(clients);
    }

    /** So many requests of each client, one after another; each is answered before the next. */
    public ClientHandle request(int count) {
        for (int i = 0; i < count; i++) {
            ask().expectAnswers();
        }
        return this;
    }

    /** One request of each client, all at once; does not wait. */
    public ClientHandle ask() {
        clients.forEach(client -> client.submit(scenario.workload().next(), FOR_EVER));
        return this;
    }

    /** What this replica sends does not reach them, until {@link Scenario#heal}. */
    public ClientHandle deafenTo(ReplicaHandle replica) {
        clients.forEach(client -> scenario.cluster().network().cut(replica.index(), node(client)));
        return this;
    }

    /** What they send does not reach this replica, until {@link Scenario#heal}. */
    public ClientHandle muteTo(ReplicaHandle replica) {
        clients.forEach(client -> scenario.cluster().network().cut(node(client), replica.index()));
        return this;
    }

    /** Nothing passes between them and this replica, until {@link Scenario#heal}. */
    public ClientHandle cutOffFrom(ReplicaHandle replica) {
        return deafenTo(replica).muteTo(replica);
    }

    private int node(SimClient client) {
        return scenario.cluster().nodeOfClient(client.index());
    }

    /** Waits until every request is answered, and not a turn longer. */
    public ClientHandle expectAnswers() {
        long answered = clients.stream().mapToLong(SimClient::failures).sum();
        while (clients.stream().anyMatch(SimClient::isWaiting)) {
            scenario.require(scenario.cluster().step(), "the clients wait and nothing happens any more");
        }
        scenario.require(clients.stream().mapToLong(SimClient::failures).sum() == answered, "a request was given up");
        return this;
    }
}
