package dev.viewstamp.testkit.check;

/** Something that must hold for the cluster as a whole did not. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String rule;

    /** @param rule short name of what was broken; shrinking keeps to failures of one rule */
    public Violation(String rule, String what) {
        super(rule + ": " + what);
        this.rule = rule;
    }

    public Violation(String rule, String what, Throwable cause) {
        super(rule + ": " + what, cause);
        this.rule = rule;
    }

    public String rule() {
        return rule;
    }
}
