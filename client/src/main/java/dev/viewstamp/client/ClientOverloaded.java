package dev.viewstamp.client;

/** Too many calls wait for their turn at this client. Nothing was sent: wait for some of them, or open more clients. */
public final class ClientOverloaded extends ClientFailure {
    private static final long serialVersionUID = 1;

    ClientOverloaded(String why) {
        super(why);
    }

    @Override
    public boolean mayTakeEffect() {
        return false;
    }
}
