package io.wharfgate.auth.personal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The file's form: one JSON object, a token on each line. Read strictly, because a key that is not understood might be one that
 * takes rights away, and a file that is half understood would let a token live that somebody meant to revoke.
 */
final class TokensJson {

    private static final int VERSION = 1;
    private static final Set<String> FILE_KEYS = Set.of("version", "tokens");
    private static final Set<String> TOKEN_KEYS =
            Set.of("id", "user", "name", "repositories", "actions", "created", "expires", "sha256");

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(8).build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private TokensJson() {}

    /** What is wrong with a file's content. The message says where, and quotes no part of it. */
    static final class Mistake extends Exception {

        private static final long serialVersionUID = 1L;

        private Mistake(String message) {
            super(message);
        }
    }

    /** Reads a file's bytes. */
    static List<PersonalToken> read(byte[] file) throws Mistake {
        JsonNode root = tree(file);
        requireKeys(root, FILE_KEYS, "the file");
        if (!root.path("version").isInt() || root.path("version").intValue() != VERSION) {
            throw new Mistake("\"version\" is not " + VERSION + ", the only one that is known here");
        }
        JsonNode array = root.path("tokens");
        if (!array.isArray()) {
            throw new Mistake("\"tokens\" is no list");
        }
        List<PersonalToken> tokens = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (JsonNode node : array) {
            String where = "token number " + (tokens.size() + 1);
            PersonalToken token = token(node, where);
            if (!ids.add(token.id())) {
                throw new Mistake(where + " has the id of another one");
            }
            tokens.add(token);
        }
        return List.copyOf(tokens);
    }

    private static JsonNode tree(byte[] file) throws Mistake {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(file))
                    .toString();
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " (line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ")";
            throw new Mistake("it is not JSON, or says something twice" + where);
        } catch (IOException e) {
            throw new Mistake("it is not UTF-8");
        }
    }

    private static PersonalToken token(JsonNode node, String where) throws Mistake {
        requireKeys(node, TOKEN_KEYS, where);
        try {
            return new PersonalToken(
                    text(node, "id", where),
                    text(node, "user", where),
                    node.has("name") ? text(node, "name", where) : "",
                    TokenGrant.parse(texts(node, "repositories", where), texts(node, "actions", where)),
                    Instant.parse(text(node, "created", where)),
                    node.has("expires") ? Optional.of(Instant.parse(text(node, "expires", where))) : Optional.empty(),
                    new TokenHash(text(node, "sha256", where)));
        } catch (DateTimeException e) {
            throw new Mistake(where + " has a time that is none; write it like 2026-12-31T12:00:00Z");
        } catch (IllegalArgumentException e) {
            throw new Mistake(where + ": " + e.getMessage());
        }
    }

    private static void requireKeys(JsonNode node, Set<String> known, String where) throws Mistake {
        if (!node.isObject()) {
            throw new Mistake(where + " is no object");
        }
        Set<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        if (!known.containsAll(names)) {
            throw new Mistake(where + " has a key that is not known; there are " + new TreeSet<>(known));
        }
    }

    private static String text(JsonNode node, String key, String where) throws Mistake {
        if (!node.path(key).isTextual()) {
            throw new Mistake(where + " has no text \"" + key + '"');
        }
        return node.path(key).textValue();
    }

    private static List<String> texts(JsonNode node, String key, String where) throws Mistake {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : node.path(key)) {
            if (!element.isTextual()) {
                throw new Mistake(where + " has something other than texts in \"" + key + '"');
            }
            texts.add(element.textValue());
        }
        if (!node.path(key).isArray()) {
            throw new Mistake(where + " has no list \"" + key + '"');
        }
        return texts;
    }

    /** Writes a file. */
    static byte[] write(Collection<PersonalToken> tokens) {
        return ("{\"version\":" + VERSION + ",\"tokens\":" + lines(tokens, TokensJson::stored) + "}\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** A list of objects, each on a line. */
    static <T> String lines(Collection<T> elements, Function<T, ObjectNode> form) {
        var text = new StringBuilder("[");
        String before = "\n";
        for (T element : elements) {
            text.append(before).append(form.apply(element));
            before = ",\n";
        }
        return text.append("\n]").toString();
    }

    private static ObjectNode stored(PersonalToken token) {
        return described(token).put("sha256", token.hash().hex());
    }

    /** A token without its hash. */
    static ObjectNode described(PersonalToken token) {
        ObjectNode node = JSON.createObjectNode()
                .put("id", token.id())
                .put("user", token.user())
                .put("name", token.name());
        token.grant().repositoryTexts().forEach(node.putArray("repositories")::add);
        token.grant().actionNames().forEach(node.putArray("actions")::add);
        node.put("created", token.created().toString());
        token.expires().ifPresent(expires -> node.put("expires", expires.toString()));
        return node;
    }
}
