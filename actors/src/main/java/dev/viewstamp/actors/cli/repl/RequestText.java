package dev.viewstamp.actors.cli.repl;

import dev.viewstamp.ledger.MultiBatch;
import dev.viewstamp.ledger.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The events of a request as they lie in the log, for people and for JSON; batches stand behind each other. */
public final class RequestText {
    private RequestText() {
    }

    /** One JSON array on one line; empty if this operation's events have no form here, or the body is malformed. */
    public static Optional<String> array(int operation, byte[] body) {
        return form(operation).flatMap(form -> payload(operation, body)
                .map(payload -> ResultText.array(form, payload)));
    }

    /** One JSON object per event. */
    public static List<String> lines(int operation, byte[] body) {
        List<String> lines = new ArrayList<>();
        form(operation).ifPresent(form -> payload(operation, body).ifPresent(payload -> {
            for (int at = 0; at < payload.length; at += form.size()) {
                String array = ResultText.array(form, Arrays.copyOfRange(payload, at, at + form.size()));
                lines.add(array.substring(1, array.length() - 1));
            }
        }));
        return lines;
    }

    private static Optional<RecordForm> form(int code) {
        Operation operation = Operation.byCode(code);
        return operation == null ? Optional.empty()
                : Optional.ofNullable(Command.of(operation.current().wireName())).map(Command::event);
    }

    private static Optional<byte[]> payload(int code, byte[] body) {
        Operation operation = Operation.byCode(code);
        int size = body.length;
        if (operation.isFramed()) {
            int batches = MultiBatch.count(body, operation.eventSize());
            if (batches == MultiBatch.MALFORMED) {
                return Optional.empty();
            }
            size -= MultiBatch.trailerSize(operation.eventSize(), batches);
        }
        return size % operation.eventSize() == 0 ? Optional.of(Arrays.copyOf(body, size)) : Optional.empty();
    }
}
