package dev.viewstamp.client;

/** The request has a form that no cluster executes: too many events, a torn record. Nothing happened. */
public final class RequestRejected extends ClientFailure {
    private static final long serialVersionUID = 1;

    RequestRejected(String why) {
        super(why);
    }

    @Override
    public boolean mayTakeEffect() {
        return false;
    }
}
