package io.wharfgate.yaml;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Says in plain words why text is not YAML. Never repeats the line itself, which may hold a password. */
record YamlMistake(Origin.InFile origin, String message) {

    static YamlMistake of(JsonProcessingException e, String text, String file) {
        int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
        int column = e.getLocation() == null ? 1 : e.getLocation().getColumnNr();
        String problem = "";
        // Jackson's own location is that of the token before; its cause knows the place. (Its own copy of this type is
        // deprecated in favour of SnakeYAML's.)
        if (e.getCause() instanceof MarkedYAMLException marked) {
            problem = marked.getContext() + ": " + marked.getProblem();
            Mark mark = marked.getProblemMark();
            if (mark != null) {
                line = mark.getLine() + 1;
                column = mark.getColumn() + 1;
            }
        } else if (String.valueOf(e.getOriginalMessage()).startsWith("special characters")) {
            line = lineOfControlCharacter(text);
            problem = "special characters";
        }
        return new YamlMistake(
                new Origin.InFile(file, Math.max(1, line), Math.max(1, column)),
                "is not valid YAML: " + plain(problem));
    }

    void addTo(Findings findings) {
        findings.error(origin, "", message);
    }

    private static String plain(String problem) {
        if (problem.contains("\\t(TAB)")) {
            return "a tab where only spaces may stand; indent with spaces";
        }
        if (problem.contains(": mapping values are not allowed")) {
            return "a second \": \" in one line, or a line that is indented too far; quote the value, or align the line"
                    + " with the one above";
        }
        if (problem.contains("cannot start any token") || problem.startsWith("while scanning an alias")) {
            return "a value starts with a character that has a meaning in YAML; put the value in quotes";
        }
        if (problem.startsWith("special characters")) {
            return "a control character; remove it, and save the file as plain text";
        }
        if (problem.contains("end of stream") || problem.contains("stream end")) {
            return "a quote or bracket is not closed; close it";
        }
        if (problem.endsWith("but got {")) {
            return "a { in a value that stands in brackets; put the value in quotes";
        }
        if (problem.contains("<block end>") || problem.contains("could not find expected ':'")) {
            return "a line that is indented unlike its neighbours, or has no \": \" after its key; align the line, and"
                    + " write \"key: value\"";
        }
        return "YAML cannot be read here; check indentation, quotes and brackets near this line";
    }

    private static int lineOfControlCharacter(String text) {
        int line = 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                line++;
            } else if (c != '\t' && c != '\r' && c != 0x85 && Character.isISOControl(c)) {
                break;
            }
        }
        return line;
    }
}
