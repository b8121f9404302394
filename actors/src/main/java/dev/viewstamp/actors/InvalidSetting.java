package dev.viewstamp.actors;

/** A setting that cannot be used. The message is one line: the key, what is wrong, the mend. */
public final class InvalidSetting extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InvalidSetting(String key, String problem) {
        super(key + " " + problem);
    }
}
