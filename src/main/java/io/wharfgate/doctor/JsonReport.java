package io.wharfgate.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** The report for programs. docs/doctor.md describes it. */
public final class JsonReport {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private JsonReport() {}

    /** One object, over several lines, without a line end after it. */
    public static String of(Report report) {
        ObjectNode root = JSON.createObjectNode();
        root.put("url", report.target().toString());
        report.server().ifPresent(server -> root.put("server", server));
        root.put("wharfgate", report.wharfgate());
        root.put("healthy", report.healthy());
        ArrayNode checks = root.putArray("checks");
        report.results().forEach(result -> check(checks.addObject(), result, report.wharfgate()));
        ArrayNode left = root.putArray("left");
        report.left().forEach(left::add);
        try {
            return JSON.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts", e);
        }
    }

    private static void check(ObjectNode node, Result result, boolean wharfgate) {
        Outcome outcome = result.outcome();
        node.put("group", result.group().name().toLowerCase(Locale.ROOT));
        node.put("id", result.id());
        node.put("status", outcome.status().label().toLowerCase(Locale.ROOT));
        outcome.expected().ifPresent(expected -> node.put("expected", expected));
        node.put("seen", outcome.seen());
        outcome.advice().ifPresent(advice -> {
            ObjectNode advised = node.putObject("advice");
            advised.put("id", advice.id());
            advised.put("why", advice.why());
            ObjectNode lines = advised.putObject("lines");
            advice.lines(wharfgate).forEach(one -> {
                ArrayNode text = lines.putArray(one.place().label().toLowerCase(Locale.ROOT));
                one.text().forEach(text::add);
            });
        });
    }
}
