package io.wharfgate.upstream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;

/**
 * One page of an upstream's {@code _catalog}.
 *
 * @param names in the upstream's order, whatever that is
 * @param next raw query of the page that the upstream says follows; of its Link nothing else is believed
 */
record CatalogPage(List<String> names, Optional<String> next) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** One link of RFC 8288: its target, and its parameters. */
    private static final Pattern LINK = Pattern.compile("<([^>]*+)>([^<]*+)");

    private static final Pattern NEXT = Pattern.compile(";\\s*+rel\\s*+=\\s*+\"?+next\\b");

    CatalogPage {
        names = List.copyOf(names);
    }

    /** Empty when the body is no catalog. */
    static Optional<CatalogPage> read(Transport.Fetched answer) {
        JsonNode list;
        try {
            JsonNode body = JSON.readTree(answer.body());
            list = body == null ? null : body.get("repositories");
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
        // A registry written in Go that has nothing may say null.
        if (list == null || !(list.isArray() || list.isNull())) {
            return Optional.empty();
        }
        List<String> names = new ArrayList<>();
        list.forEach(name -> names.add(name.asText()));
        return Optional.of(new CatalogPage(names, next(answer.fields())));
    }

    private static Optional<String> next(List<Header> fields) {
        for (Header field : fields) {
            if (field.getName().equalsIgnoreCase(HttpHeaders.LINK)) {
                Matcher links = LINK.matcher(field.getValue());
                while (links.find()) {
                    if (NEXT.matcher(links.group(2).toLowerCase(Locale.ROOT)).find()) {
                        return query(links.group(1));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** The query of a link's target, if it can stand in a request as it is. */
    private static Optional<String> query(String target) {
        int question = target.indexOf('?');
        if (question < 0) {
            return Optional.empty();
        }
        String query = target.substring(question + 1).replaceFirst("#.*\\z", "");
        return Optional.of(query).filter(text -> text.chars().allMatch(c -> c > ' ' && c < 0x7f));
    }
}
