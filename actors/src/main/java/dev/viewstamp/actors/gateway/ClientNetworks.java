package dev.viewstamp.actors.gateway;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Networks that clients may come from, in CIDR notation; none listed means any. Immutable. */
final class ClientNetworks {
    private record Network(byte[] address, int prefix) {
        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < prefix; bit++) {
                int mask = 0x80 >> bit % 8;
                if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Network> networks = new ArrayList<>();

    /**
     * Reads "10.0.0.0/8", "2001:db8::/32", or an address alone.
     *
     * @throws IllegalArgumentException naming the one that is wrong
     */
    ClientNetworks(List<String> texts) {
        for (String text : texts) {
            networks.add(network(text.trim()));
        }
    }

    boolean allow(InetAddress address) {
        byte[] bytes = address.getAddress();                     // an IPv4 client on an IPv6 socket comes as IPv4
        return networks.isEmpty() || networks.stream().anyMatch(network -> network.contains(bytes));
    }

    private static Network network(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        try {
            if (!address.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
                throw new UnknownHostException();                // a name: it would be looked up
            }
            byte[] bytes = InetAddress.getByName(address).getAddress();
            int prefix = slash < 0 ? 8 * bytes.length : Integer.parseInt(text.substring(slash + 1));
            if (prefix < 0 || prefix > 8 * bytes.length) {
                throw new NumberFormatException();
            }
            return new Network(bytes, prefix);
        } catch (UnknownHostException | NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no network; one looks like 10.0.0.0/8");
        }
    }
}
