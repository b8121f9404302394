package dev.viewstamp.client;

/**
 * The request was sent and its answer did not come in time, or the session ended meanwhile: it may have been
 * executed, or be executed later. Settle it by submitting the same events with the same ids again: what was
 * created before answers {@code EXISTS} with its original timestamp; or by looking the ids up.
 *
 * <p>Without that, never repeat the events under new ids: that may move the money twice.
 */
public final class OutcomeUnknown extends ClientFailure {
    private static final long serialVersionUID = 1;

    private final boolean mayTakeEffect;

    /** @param reads whether nothing but reads was asked */
    OutcomeUnknown(String why, boolean reads) {
        super(why + (reads ? " It was a read and changes nothing: ask again."
                : " The outcome is unknown: the request may have been executed, or be executed later. To settle it,"
                        + " submit the same events with the same ids again (what exists answers 'exists'), or look"
                        + " the ids up."));
        this.mayTakeEffect = !reads;
    }

    /** True but for reads. */
    @Override
    public boolean mayTakeEffect() {
        return mayTakeEffect;
    }
}
