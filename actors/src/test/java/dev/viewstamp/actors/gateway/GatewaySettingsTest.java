package dev.viewstamp.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import dev.viewstamp.actors.InvalidSetting;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The door's settings: safe by default, and a slip of the pen is named. */
class GatewaySettingsTest {
    @Test
    void byDefaultTheDoorIsOpenOnLoopback() throws Exception {
        GatewaySettings settings = with("");
        assertTrue(settings.enabled());
        assertTrue(settings.endpoint(3000).getAddress().isLoopbackAddress());
        assertTrue(settings.networks().allow(InetAddress.getByName("192.0.2.1")), "any, that is");
        assertEquals("0.17.9", ClientRelease.text(settings.releaseMax()));
        settings.check(3840);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "allowed-networks = [\"10.0.0.0/33\"] | viewstamp.gateway.allowed-networks has '10.0.0.0/33' is no network",
        "allowed-networks = [\"localhost\"]   | viewstamp.gateway.allowed-networks has 'localhost' is no network",
        "clients-max = 0                      | viewstamp.gateway.clients-max is 0; it must lie in 1 to 65536",
        "idle-timeout = 30 s                  | viewstamp.gateway.idle-timeout is 30 s; it must lie in 45 s to 3600 s",
        "first-message-timeout = 1 s          | viewstamp.gateway.first-message-timeout is 1 s; it must lie in 45 s",
        "frame-timeout = soon                 | viewstamp.gateway.frame-timeout is no duration",
        "body-memory-max = 100 KiB            | viewstamp.gateway.body-memory-max is 102400 bytes; one message alone",
        "release-max = 17                     | viewstamp.gateway.release-max is wrong: '17' is no release",
        "release-max = 0.16.0                 | viewstamp.gateway.release-min is above release-max",
        "bind-address = \"no.such.host.invalid\" | viewstamp.gateway.bind-address is 'no.such.host.invalid', which no",
    })
    void whatIsWrongIsNamed(String setting, String message) {
        InvalidSetting trouble = assertThrows(InvalidSetting.class, () -> with(setting).endpoint(3000));
        assertTrue(trouble.getMessage().startsWith(message), trouble.getMessage());
    }

    @Test
    void aClusterOfTinyRequestsHasNoDoor() {
        assertThrows(InvalidSetting.class, () -> with("").check(3839));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,    10.255.1.2,  true", "10.0.0.0/8,    11.0.0.1,    false",
        "192.0.2.7,     192.0.2.7,   true", "192.0.2.7,     192.0.2.6,   false",
        "192.0.2.4/31,  192.0.2.5,   true", "192.0.2.4/31,  192.0.2.6,   false",
        "0.0.0.0/0,     203.0.113.9, true", "0.0.0.0/0,     2001:db8::1, false",
        "2001:db8::/32, 2001:db8::1, true", "2001:db8::/32, 2001:db9::1, false",
        "10.0.0.0/8,    ::ffff:10.1.1.1, true",
    })
    void networksContainTheirAddresses(String network, String address, boolean allowed) throws Exception {
        ClientNetworks networks = new ClientNetworks(List.of("198.51.100.1", network));
        assertEquals(allowed, networks.allow(InetAddress.getByName(address)));
        assertFalse(new ClientNetworks(List.of("198.51.100.1")).allow(InetAddress.getByName(address)));
    }

    static GatewaySettings with(String setting) {
        String own = setting.isEmpty() ? "" : "viewstamp.gateway." + setting;
        return GatewaySettings.from(ConfigFactory.parseString(own)
                .withFallback(ConfigFactory.defaultReferenceUnresolved()).resolve().getConfig("viewstamp"));
    }
}
