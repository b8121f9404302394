package dev.viewstamp.actors.cli.repl;

/** One parsed statement. */
sealed interface Statement {
    /**
     * Asks the cluster.
     *
     * @param text as it was typed, without the semicolon
     * @param events the records behind each other, one or more
     */
    record Request(Command command, String text, byte[] events) implements Statement {
    }

    record Help() implements Statement {
    }

    record Exit() implements Statement {
    }
}
