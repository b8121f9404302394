package dev.viewstamp.actors.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;

/** One JSON document for {@code --json}. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {
    }

    /** One line; maps keep their order, so hand in an ordered one. */
    public static String object(Map<String, ?> fields) {
        return write(fields);
    }

    /** One line. */
    public static String array(List<?> elements) {
        return write(elements);
    }

    private static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON for " + value, e);
        }
    }
}
