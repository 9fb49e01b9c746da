package io.wharfgate.yaml;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads YAML text into nodes that know their line. Only the plain part of YAML is taken: one document, no aliases, no
 * tags. Aliases are refused and not followed, so there is no "billion laughs" to expand.
 */
public final class YamlTree {

    private static final int DEEPEST = 20;

    private final YAMLParser parser;
    private final String file;
    private final FileKind kind;
    private final Findings findings;

    private YamlTree(YAMLParser parser, String file, FileKind kind, Findings findings) {
        this.parser = parser;
        this.file = file;
        this.kind = kind;
        this.findings = findings;
    }

    /**
     * The file's top section; without entries when the file is empty.
     *
     * @return empty after a mistake that leaves no tree to look at
     */
    public static Optional<Node.Section> parse(String text, String file, FileKind kind, Findings findings) {
        try (YAMLParser parser = new YAMLFactory().createParser(text)) {
            return new YamlTree(parser, file, kind, findings).document();
        } catch (JsonProcessingException e) {
            YamlMistake.of(e, text, file).addTo(findings);
        } catch (TooDeepException e) {
            findings.error(e.origin, "", "is nested more than " + DEEPEST + " deep; no key is, so check the brackets");
        } catch (IOException e) {
            throw new IllegalStateException("text in memory cannot fail to be read", e);
        }
        return Optional.empty();
    }

    private Optional<Node.Section> document() throws IOException, TooDeepException {
        if (parser.nextToken() == null) {
            return Optional.of(new Node.Section(new Origin.InFile(file, 1, 1), List.of()));
        }
        Node root = value("", 0);
        if (parser.nextToken() != null) {
            findings.error(
                    here(), "", "a second YAML document starts here; keep one, and no line \"---\" but the first");
            return Optional.empty();
        }
        if (root instanceof Node.Section section) {
            return Optional.of(section);
        }
        if (root instanceof Node.Scalar scalar && scalar.text().isEmpty()) {
            return Optional.of(new Node.Section(root.origin(), List.of()));
        }
        findings.error(root.origin(), "", "is not " + kind.what() + "; it starts with " + kind.start());
        return Optional.empty();
    }

    private Node value(String path, int depth) throws IOException, TooDeepException {
        if (depth > DEEPEST) {
            throw new TooDeepException(here());
        }
        refuseAliasAndTag(path);
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return section(path, depth);
        }
        if (token == JsonToken.START_ARRAY) {
            return sequence(path, depth);
        }
        // The text as written also for what YAML takes for numbers and booleans: "yes" is a realm, 017 a password.
        return new Node.Scalar(
                here(), token == JsonToken.VALUE_NULL ? Optional.empty() : Optional.of(parser.getText()));
    }

    private Node.Section section(String path, int depth) throws IOException, TooDeepException {
        Origin.InFile start = here();
        var entries = new ArrayList<Node.Entry>();
        Map<String, Origin.InFile> seen = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            Origin.InFile place = here();
            String below = path.isEmpty() ? name : path + "." + name;
            parser.nextToken();
            Node value = value(below, depth + 1);
            Origin.InFile first = seen.putIfAbsent(name, place);
            if (first == null) {
                entries.add(new Node.Entry(place, name, value));
            } else {
                findings.error(place, below, "is here twice, first in line " + first.line() + "; keep one of them");
            }
        }
        return new Node.Section(start, List.copyOf(entries));
    }

    private Node.Sequence sequence(String path, int depth) throws IOException, TooDeepException {
        Origin.InFile start = here();
        var items = new ArrayList<Node>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(path, depth + 1));
        }
        return new Node.Sequence(start, List.copyOf(items));
    }

    private void refuseAliasAndTag(String path) throws IOException {
        if (parser.isCurrentAlias()) {
            findings.error(
                    here(), path, "YAML aliases (*name) are not supported; write the value itself, or quote the *");
        }
        if (parser.getTypeId() != null) {
            findings.error(here(), path, "YAML tags (!name) are not supported; leave it away, or quote the !");
        }
    }

    private Origin.InFile here() {
        JsonLocation place = parser.currentTokenLocation();
        return new Origin.InFile(file, place.getLineNr(), place.getColumnNr());
    }

    private static final class TooDeepException extends Exception {

        private static final long serialVersionUID = 1;

        private final transient Origin.InFile origin;

        TooDeepException(Origin.InFile origin) {
            super("nested too deep", null, false, false);
            this.origin = origin;
        }
    }
}
