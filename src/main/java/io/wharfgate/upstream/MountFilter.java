package io.wharfgate.upstream;

import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.message.BasicHeader;

/**
 * Keeps a mount from its source: for the upstream this gateway may read every repository, its user perhaps not. Without
 * {@code mount} and {@code from} the request begins an upload, which is what the specification wants for a source that
 * cannot be read.
 */
final class MountFilter {

    private static final Set<String> PARAMETERS = Set.of("mount", "from");
    private static final Set<String> FORMS = Set.of("application/x-www-form-urlencoded", "multipart/form-data");

    private MountFilter() {}

    /**
     * Refuses what an upstream could take for other parameters than this gateway does.
     *
     * @throws RegistryException REQUEST_INVALID for a semicolon: Go before 1.17 parted parameters there too
     */
    static void requireOneReading(String rawQuery) {
        if (rawQuery.indexOf(';') >= 0) {
            throw new RegistryException(
                    RegistryError.REQUEST_INVALID, "query holds a semicolon, which has to be percent-escaped");
        }
    }

    /** The query without the mount; the rest byte for byte. */
    static String without(String rawQuery) {
        return Stream.of(rawQuery.split("&", -1))
                .filter(parameter -> !PARAMETERS.contains(name(parameter)))
                .collect(Collectors.joining("&"));
    }

    private static String name(String parameter) {
        int equals = parameter.indexOf('=');
        // A broken escape has been refused with the query as a whole.
        return URLDecoder.decode(equals < 0 ? parameter : parameter.substring(0, equals), StandardCharsets.UTF_8);
    }

    /**
     * The fields of a request that begins an upload, its body never a form: CNCF distribution reads {@code mount} and
     * {@code from} from forms too (Go's {@code FormValue}), where no filter looks. curl calls every body a form.
     */
    static List<Header> withoutForm(List<Header> fields) {
        List<Header> kept = new ArrayList<>(fields);
        boolean form = kept.removeIf(field -> field.getName().equalsIgnoreCase(HttpHeaders.CONTENT_TYPE)
                && FORMS.contains(field.getValue().split(";", 2)[0].trim().toLowerCase(Locale.ROOT)));
        if (form) {
            kept.add(new BasicHeader(HttpHeaders.CONTENT_TYPE, "application/octet-stream"));
        }
        return kept;
    }
}
