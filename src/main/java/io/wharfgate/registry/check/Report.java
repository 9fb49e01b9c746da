package io.wharfgate.registry.check;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.wharfgate.control.TaskOutput;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** Tells of what was found, for people or for programs, and counts it. For one thread. */
final class Report {

    private static final JsonFactory JSON = new JsonFactory();

    private final TaskOutput out;
    private final boolean json;
    private final Map<Severity, Long> found = new EnumMap<>(Severity.class);
    private long mended;

    /** What became of a finding. */
    enum Outcome {
        /** No repair was asked for. */
        NOT_ASKED,
        MENDED,
        /** There is nothing that a repair could do. */
        LEFT,
        FAILED
    }

    /** @param json one object a line, instead of text */
    Report(TaskOutput out, boolean json) {
        this.out = out;
        this.json = json;
    }

    long count(Severity severity) {
        return found.getOrDefault(severity, 0L);
    }

    /** What an earlier run has told of. */
    void counted(Severity severity, long before) {
        found.merge(severity, before, Long::sum);
    }

    void found(Finding finding, Outcome outcome) {
        found.merge(finding.kind().severity(), 1L, Long::sum);
        mended += outcome == Outcome.MENDED ? 1 : 0;
        if (json) {
            out.line(json(generator -> write(generator, finding, outcome)));
        } else {
            out.line(printable(finding.kind().severity().label() + ": "
                    + finding.kind().label() + " " + finding.subject() + ": " + finding.detail()));
            out.line(printable("    at: " + finding.place()));
            out.line("    clients: " + finding.kind().clients());
            out.line("    " + repair(finding.kind(), outcome));
        }
    }

    /** A repair was tried, in vain. */
    void failed(Finding finding, String reason) {
        out.warning(printable("repair of " + finding.place() + " failed: " + reason));
    }

    /** @param tally what was looked at, such as "3 repositories" */
    void end(String tally, String quarantine) {
        long errors = count(Severity.ERROR);
        long warnings = count(Severity.WARNING);
        long notices = count(Severity.NOTICE);
        out.figure("errors", errors);
        out.figure("warnings", warnings);
        out.figure("notices", notices);
        if (json) {
            out.line(json(generator -> {
                generator.writeNumberField("errors", errors);
                generator.writeNumberField("warnings", warnings);
                generator.writeNumberField("notices", notices);
                generator.writeNumberField("repaired", mended);
                generator.writeStringField("checked", tally);
                generator.writeStringField("quarantine", quarantine);
            }));
            return;
        }
        out.line("checked " + tally);
        out.line(
                errors + warnings + notices == 0
                        ? "nothing is wrong"
                        : "found " + counted(errors, "error") + ", " + counted(warnings, "warning") + ", "
                                + counted(notices, "notice")
                                + (mended > 0
                                        ? "; repaired " + mended + ", what was damaged is in " + quarantine
                                        : ""));
    }

    /** Names of files and what is in manifests may hold what a terminal obeys. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}]", "?");
    }

    static String counted(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    private static String repair(Kind kind, Outcome outcome) {
        return switch (outcome) {
            case NOT_ASKED -> "repair: " + kind.repair();
            case MENDED -> "repaired: " + kind.repair();
            case LEFT ->
                "not repaired: " + (kind.repair().startsWith("nothing") ? kind.repair() : "it was put right meanwhile");
            case FAILED -> "not repaired, that failed: " + kind.repair();
        };
    }

    private static void write(JsonGenerator to, Finding finding, Outcome outcome) throws IOException {
        Kind kind = finding.kind();
        to.writeStringField("severity", kind.severity().label());
        to.writeStringField("kind", kind.label());
        if (finding.repository().isPresent()) {
            to.writeStringField("repository", finding.repository().get().value());
        }
        if (finding.tag().isPresent()) {
            to.writeStringField("tag", finding.tag().get());
        }
        if (finding.digest().isPresent()) {
            to.writeStringField("digest", finding.digest().get().toString());
        }
        to.writeStringField("path", finding.place());
        to.writeStringField("detail", finding.detail());
        to.writeStringField("clients", kind.clients());
        to.writeStringField("repair", kind.repair());
        to.writeStringField("outcome", outcome.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }

    @FunctionalInterface
    private interface Fields {
        void write(JsonGenerator generator) throws IOException;
    }

    private static String json(Fields fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = JSON.createGenerator(text)) {
            generator.writeStartObject();
            fields.write(generator);
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return text.toString();
    }
}
