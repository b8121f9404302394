package dev.viewstamp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.viewstamp.ledger.Uint128;
import java.io.File;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientSettingsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "4000                    | 127.0.0.1:4000",
            "db1:4000                | db1:4000",
            "' db1.example.org:4000 '| db1.example.org:4000",
            "10.0.0.7:65535          | 10.0.0.7:65535",
            "[::1]:4000              | [::1]:4000",
            "db1:04000               | db1:4000"})
    void addressesAreBroughtIntoOneForm(String text, String canonical) {
        assertEquals(List.of(canonical), ClientSettings.parseAddresses(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"''", "db1", "db1:", ":4000", "db1:0", "db1:65536", "db1:-1", "::1:4000",
            "db1:4000:4000", "user@db1:4000", "akka://x:4000", "db 1:4000", "4000,", ",4000", "db1:4O00"})
    void whatIsNoAddressIsNamed(String text) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> ClientSettings.parseAddresses(text));
        assertTrue(refused.getMessage().contains("is no address; write port, host:port or [ipv6]:port"),
                refused.getMessage());
    }

    @Test
    void listsAndCommaSeparatedTextAreBothRead() {
        assertEquals(List.of("127.0.0.1:1", "b:2"), read("addresses = [\"1\", \"b:2\"]").addresses());
        assertEquals(List.of("127.0.0.1:1", "b:2"), read("addresses = \"1,b:2\"").addresses());
    }

    @Test
    void theShippedDefaultsAreWhatTheyAreSaidToBe() {
        ClientSettings settings = read("addresses = \"1\"");
        assertEquals(Duration.ofSeconds(10), settings.requestTimeout());
        assertEquals(Uint128.ZERO, settings.cluster());
        assertEquals(8189, settings.eventsMax());
        assertEquals(1, settings.release());
    }

    /** conf/client.conf, the example for operators, is read as it stands. */
    @Test
    void theShippedExampleIsRead() {
        Config example = ConfigFactory.parseFile(new File("../conf/client.conf"));
        assertTrue(example.hasPath("viewstamp.client"), "tests run in the module's folder");
        ClientSettings settings = ClientSettings.of(ConfigFactory.load(example));
        assertEquals(List.of("127.0.0.1:4000", "127.0.0.1:4001", "127.0.0.1:4002"), settings.addresses());
    }

    @Test
    void aClusterIdMayBeHexadecimal() {
        assertEquals(Uint128.MAX,
                read("addresses = \"1\", cluster = \"0xffffffffffffffffffffffffffffffff\"").cluster());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "addresses = []                              | viewstamp.client.addresses: 0 given",
            "addresses = \"1,2,3,4,5,6,7\"               | viewstamp.client.addresses: 7 given",
            "addresses = \"1,127.0.0.1:1\"               | names a replica twice",
            "addresses = \"1\", cluster = \"-1\"         | viewstamp.client.cluster: -1 does not lie in",
            "addresses = \"1\", request-timeout = 0 s    | viewstamp.client.request-timeout",
            "addresses = \"1\", ping-interval = -1 s     | viewstamp.client.ping-interval",
            "addresses = \"1\", resend.min = 0           | viewstamp.client.resend.min",
            "addresses = \"1\", resend.max = 1 ms        | lies below resend.min",
            "addresses = \"1\", queue-max = 0            | viewstamp.client.queue-max",
            "addresses = \"1\", queue-bytes-max = 1 MB   | viewstamp.client.queue-bytes-max",
            "addresses = \"1\", batch.events-max = 0     | viewstamp.client.batch.events-max",
            "addresses = \"1\", release = 0              | viewstamp.client.release",
            "addresses = \"1\", queue-max = many         | queue-max"})
    void whatCannotBeIsNamedWithItsKey(String block, String message) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> read(block));
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }

    private static ClientSettings read(String block) {
        Config config = ConfigFactory.parseString("viewstamp.client { " + block + " }")
                .withFallback(ConfigFactory.defaultReference());
        return ClientSettings.of(config.resolve());
    }
}
