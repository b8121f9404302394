package dev.viewstamp.client;

/** The cluster cannot take the request now, or was not reached at all; the message says what is in the way. */
public final class ClusterUnavailable extends ClientFailure {
    private static final long serialVersionUID = 1;

    private final boolean mayTakeEffect;

    ClusterUnavailable(String why, boolean mayTakeEffect) {
        super(why + (mayTakeEffect
                ? " The request stays on offer and may be executed later: settle it as after OutcomeUnknown."
                : " Nothing happened: it can simply be repeated."));
        this.mayTakeEffect = mayTakeEffect;
    }

    /** False if no byte of the call left this client, or if it was a read. */
    @Override
    public boolean mayTakeEffect() {
        return mayTakeEffect;
    }
}
