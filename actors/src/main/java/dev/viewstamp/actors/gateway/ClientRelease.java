package dev.viewstamp.actors.gateway;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Releases of clients, as numbers: major · 65536 + minor · 256 + patch, compared unsigned (wire spec §9). */
final class ClientRelease {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,5})\\.(\\d{1,3})\\.(\\d{1,3})");

    private ClientRelease() {
    }

    /**
     * Reads "0.17.9".
     *
     * @throws IllegalArgumentException if it is no release, or is 0.0.0
     */
    static int parse(String text) {
        Matcher matcher = TEXT.matcher(text.trim());
        if (matcher.matches()) {
            int major = Integer.parseInt(matcher.group(1));
            int minor = Integer.parseInt(matcher.group(2));
            int patch = Integer.parseInt(matcher.group(3));
            int release = major << 16 | minor << 8 | patch;
            if (major <= 0xFFFF && minor <= 0xFF && patch <= 0xFF && release != 0) {
                return release;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is no release; one looks like 0.17.9");
    }

    static String text(int release) {
        return (release >>> 16) + "." + (release >>> 8 & 0xFF) + "." + (release & 0xFF);
    }
}
