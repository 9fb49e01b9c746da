package io.wharfgate.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What goes over the control socket: a JSON object on each line. First comes one {@link Request}; then the service answers with
 * any number of the others, and with {@link End} at last. A client that hangs up has had enough.
 */
sealed interface ControlMessage {

    /**
     * Asks for a task.
     *
     * @param task its name
     */
    record Request(String task, Map<String, String> arguments) implements ControlMessage {
        public Request {
            arguments = Map.copyOf(arguments);
        }
    }

    /** A line for standard output. */
    record Line(String text) implements ControlMessage {}

    /** A line for standard error. */
    record Warning(String text) implements ControlMessage {}

    /** See {@link TaskOutput#progress}. */
    record Progress(String what, long done, long of) implements ControlMessage {}

    /** The task is over. */
    record End(int exitCode) implements ControlMessage {}

    /** In one line, without its end. */
    default String toJson() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        if (this instanceof Request request) {
            json.put("task", request.task());
            ObjectNode arguments = json.putObject("arguments");
            request.arguments().forEach(arguments::put);
        } else if (this instanceof Line line) {
            json.put("line", line.text());
        } else if (this instanceof Warning warning) {
            json.put("warning", warning.text());
        } else if (this instanceof Progress progress) {
            json.put("progress", progress.what()).put("done", progress.done()).put("of", progress.of());
        } else if (this instanceof End end) {
            json.put("exit", end.exitCode());
        }
        return json.toString();
    }

    /**
     * Reads a message.
     *
     * @throws IOException when it is none of the messages; the other end is of another version, or no Wharfgate at all
     */
    static ControlMessage parse(String line) throws IOException {
        JsonNode json;
        try {
            json = Json.MAPPER.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IOException("what came over the control socket is no JSON", e);
        }
        if (json.path("task").isTextual()) {
            return new Request(json.path("task").textValue(), arguments(json.path("arguments")));
        }
        if (json.path("line").isTextual()) {
            return new Line(json.path("line").textValue());
        }
        if (json.path("warning").isTextual()) {
            return new Warning(json.path("warning").textValue());
        }
        if (json.path("progress").isTextual()) {
            return new Progress(
                    json.path("progress").textValue(),
                    json.path("done").longValue(),
                    json.path("of").longValue());
        }
        if (json.path("exit").isInt()) {
            return new End(json.path("exit").intValue());
        }
        throw new IOException(
                "what came over the control socket is not understood; are both ends of the same version?");
    }

    private static Map<String, String> arguments(JsonNode json) throws IOException {
        Map<String, String> arguments = new TreeMap<>();
        for (Map.Entry<String, JsonNode> argument : json.properties()) {
            if (!argument.getValue().isTextual()) {
                throw new IOException("an argument of a task is no text");
            }
            arguments.put(argument.getKey(), argument.getValue().textValue());
        }
        return arguments;
    }

    /** Where the one mapper is kept; an interface could only have a public one. */
    final class Json {
        private static final JsonMapper MAPPER = new JsonMapper();

        private Json() {}
    }
}
