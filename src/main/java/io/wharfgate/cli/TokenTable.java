package io.wharfgate.cli;

import io.wharfgate.auth.personal.PersonalToken;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Prints tokens for people: a line each, in columns. */
final class TokenTable {

    private static final int WIDEST = 40;

    private TokenTable() {}

    static void print(PrintWriter out, List<PersonalToken> tokens, Map<String, Instant> lastUses, Instant now) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ID", "USER", "NAME", "REPOSITORIES", "ACTIONS", "EXPIRES", "LAST USED"));
        tokens.forEach(token -> rows.add(row(token, lastUses, now)));
        int[] widths = new int[rows.get(0).size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], Math.min(WIDEST, row.get(i).length()));
            }
        });
        rows.forEach(row -> {
            var line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(String.format("%-" + widths[i] + "s  ", row.get(i)));
            }
            out.println(line.toString().stripTrailing());
        });
    }

    private static List<String> row(PersonalToken token, Map<String, Instant> lastUses, Instant now) {
        Instant used = lastUses.get(token.id());
        return List.of(
                token.id(),
                token.user(),
                token.name().isEmpty() ? "-" : token.name(),
                String.join(",", token.grant().repositoryTexts()),
                String.join(",", token.grant().actionNames()),
                token.expires()
                        .map(expires -> token.expired(now) ? "EXPIRED " + expires : expires.toString())
                        .orElse("never"),
                used == null ? "never" : used.toString());
    }
}
