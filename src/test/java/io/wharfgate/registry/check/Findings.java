package io.wharfgate.registry.check;

import io.wharfgate.control.TaskOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a check of a test tells. */
final class Findings implements TaskOutput {

    private static final Pattern KIND = Pattern.compile("\"kind\":\"([^\"]*)\"");

    final List<String> lines = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();
    final List<String> progress = new ArrayList<>();
    /** Done before a line is taken. */
    Runnable beforeLine = () -> {};
    /** After how many questions it is cancelled. */
    int patience = Integer.MAX_VALUE;

    @Override
    public void line(String text) {
        beforeLine.run();
        lines.add(text);
    }

    @Override
    public void warning(String text) {
        warnings.add(text);
    }

    @Override
    public void progress(String what, long done, long of) {
        progress.add(what + " " + done + "/" + of);
    }

    @Override
    public boolean cancelled() {
        return --patience < 0;
    }

    /** The kinds of all findings of a report in JSON, in order. */
    List<String> kinds() {
        List<String> kinds = new ArrayList<>();
        for (String line : lines) {
            Matcher kind = KIND.matcher(line);
            if (kind.find()) {
                kinds.add(kind.group(1));
            }
        }
        return kinds;
    }

    String text() {
        return String.join("\n", lines);
    }
}
