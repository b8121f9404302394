package dev.viewstamp.client;

/**
 * Why a call has no result. What an application does next depends on one question, and each kind answers it: may the
 * call still take effect? {@link RequestRejected}, {@link ClientOverloaded} and {@link ClientClosed} say no,
 * {@link OutcomeUnknown} says yes unless it was a read, {@link ClusterUnavailable} says which.
 */
public abstract sealed class ClientFailure extends RuntimeException
        permits OutcomeUnknown, ClusterUnavailable, RequestRejected, ClientOverloaded, ClientClosed {
    private static final long serialVersionUID = 1;

    ClientFailure(String message) {
        super(message, null, false, false);           // made in an actor's turn: its stack would name no caller
    }

    /** Whether the cluster may have executed the call, or may do so yet. */
    public abstract boolean mayTakeEffect();
}
