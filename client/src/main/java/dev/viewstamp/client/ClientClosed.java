package dev.viewstamp.client;

/** The client was closed before it sent anything of this call. Nothing happened. */
public final class ClientClosed extends ClientFailure {
    private static final long serialVersionUID = 1;

    ClientClosed() {
        super("the client is closed. Nothing of this call was sent, so nothing happened.");
    }

    @Override
    public boolean mayTakeEffect() {
        return false;
    }
}
