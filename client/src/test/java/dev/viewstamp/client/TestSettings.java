package dev.viewstamp.client;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.stream.IntStream;

/** The shipped defaults, for so many replicas. */
final class TestSettings {
    private TestSettings() {
    }

    static ClientSettings of(int replicaCount) {
        List<String> addresses = IntStream.range(0, replicaCount).mapToObj(i -> "127.0.0.1:" + (4001 + i)).toList();
        return ClientSettings.of(ConfigFactory.parseMap(java.util.Map.of("viewstamp.client.addresses", addresses))
                .withFallback(ConfigFactory.load()));
    }
}
