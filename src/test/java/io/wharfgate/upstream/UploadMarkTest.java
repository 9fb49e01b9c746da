package io.wharfgate.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.wharfgate.Fuzz;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadMarkTest {

    private static final String PATH = "/v2/team/app/blobs/uploads/6b3c9a93-af5d-473f-a4ff-9710022185cd";

    private final Addresses addresses = addresses("http://a", "http://b");
    private final Address a = addresses.all().get(0);
    private final Address b = addresses.all().get(1);
    private final UploadMark mark = new UploadMark(addresses);

    private static Addresses addresses(String... uris) {
        return new Addresses(
                "default",
                Stream.of(uris).map(URI::create).toList(),
                new UpstreamConfig.Health("/v2/", Duration.ZERO, Duration.ofSeconds(1), 3),
                Clock.systemUTC());
    }

    @Test
    void locationIsMarked() {
        assertThat(mark.onto(PATH, a)).isEqualTo(PATH + "?_wharfgate=" + a.mark());
        assertThat(mark.onto(PATH + "?_state=x%3D%3D", b)).isEqualTo(PATH + "?_state=x%3D%3D&_wharfgate=" + b.mark());
        assertThat(mark.onto(PATH + "?", b)).isEqualTo(PATH + "?_wharfgate=" + b.mark());
        assertThat(mark.onto(PATH + "?x#y?z", b)).isEqualTo(PATH + "?x&_wharfgate=" + b.mark() + "#y?z");
        assertThat(mark.onto(PATH + "#y?z", b)).isEqualTo(PATH + "?_wharfgate=" + b.mark() + "#y?z");
    }

    @Test
    void locationOfAnotherServerIsLeftAlone() {
        assertThat(mark.onto("https://storage.example.com/x?sig=1", a))
                .isEqualTo("https://storage.example.com/x?sig=1");
    }

    @Test
    void oneAddressNeedsNoMark() {
        UploadMark alone = new UploadMark(addresses("http://a"));
        assertThat(alone.onto(PATH + "?_state=x", a)).isEqualTo(PATH + "?_state=x");
        String query = "_wharfgate=" + a.mark();
        assertThat(alone.in(query)).isEqualTo(new UploadMark.Found(Optional.empty(), query));
    }

    @Test
    void markIsTakenOutWhereverItStands() {
        String m = "_wharfgate=" + a.mark();
        assertThat(mark.in(m)).isEqualTo(new UploadMark.Found(Optional.of(a), ""));
        assertThat(mark.in(m + "&digest=sha256%3Aab"))
                .isEqualTo(new UploadMark.Found(Optional.of(a), "digest=sha256%3Aab"));
        assertThat(mark.in("_state=x&" + m + "&digest=y"))
                .isEqualTo(new UploadMark.Found(Optional.of(a), "_state=x&digest=y"));
        assertThat(mark.in("digest=y&%5Fwharfgate=" + a.mark()))
                .isEqualTo(new UploadMark.Found(Optional.of(a), "digest=y"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "_wharfgate=000000000000",
                "_wharfgate=",
                "_wharfgate",
                "_wharfgate=..",
                "_wharfgate=%zz",
                "_wharfgate=http%3A%2F%2Fevil"
            })
    void markOfNoAddressLeadsNowhere(String parameter) {
        UploadMark.Found found = mark.in("x=1&" + parameter + "&y=2");
        assertThat(found.address()).isEmpty();
        assertThat(found.query()).startsWith("x=1&").endsWith("&y=2").doesNotContain("evil", "%");
    }

    @Test
    void ofTwoMarksTheFirstCountsAndNoneIsSentOn() {
        UploadMark.Found found = mark.in("_wharfgate=" + b.mark() + "&x&_wharfgate=" + a.mark());
        assertThat(found).isEqualTo(new UploadMark.Found(Optional.of(b), "x"));
    }

    /** Gateway before gateway: each finds its own mark, after a client has taken the query apart. */
    @Test
    void gatewayBehindThisOneGetsItsMarkBack() {
        Addresses farther = addresses("http://c", "http://d");
        UploadMark inner = new UploadMark(farther);
        String location =
                mark.onto(inner.onto(PATH + "?_state=x%3D", farther.all().get(1)), a);

        UploadMark.Found outerFound = mark.in(likeGo(location) + "&digest=y");
        UploadMark.Found innerFound = inner.in(outerFound.query());

        assertThat(outerFound.address()).contains(a);
        assertThat(innerFound)
                .isEqualTo(new UploadMark.Found(Optional.of(farther.all().get(1)), "_state=x%3D&digest=y"));
    }

    /** The query as Go's {@code url.Values} writes it again: decoded, sorted by name, encoded. */
    private static String likeGo(String location) {
        String query = location.substring(location.indexOf('?') + 1);
        return Stream.of(query.split("&"))
                .map(pair -> pair.split("=", 2))
                .sorted((one, other) -> one[0].compareTo(other[0]))
                .map(pair -> pair[0] + "="
                        + URLEncoder.encode(
                                URLDecoder.decode(pair.length > 1 ? pair[1] : "", StandardCharsets.UTF_8),
                                StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    @Test
    void whatElseStandsInAQueryIsKeptByteForByte() {
        Fuzz.rounds(5_000, random -> {
            List<String> parameters = parameters(random);
            String query = String.join("&", parameters);
            assertThat(mark.in(query)).isEqualTo(new UploadMark.Found(Optional.empty(), query));

            Address address = random.nextBoolean() ? a : b;
            List<String> marked = new ArrayList<>(parameters);
            marked.add(random.nextInt(marked.size() + 1), "_wharfgate=" + address.mark());
            assertThat(mark.in(String.join("&", marked))).isEqualTo(new UploadMark.Found(Optional.of(address), query));

            String location = mark.onto(PATH + "?" + query, address);
            assertThat(mark.in(location.substring(PATH.length() + 1)))
                    .isEqualTo(new UploadMark.Found(Optional.of(address), query));
        });
    }

    private static List<String> parameters(Random random) {
        List<String> parameters = new ArrayList<>();
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder();
            int length = 1 + random.nextInt(8);
            for (int j = 0; j < length; j++) {
                text.append("=%+;:/?@_.~-a0Z|[]\"{}".charAt(random.nextInt(21)));
            }
            parameters.add(text.toString());
        }
        if (count > 1) {
            parameters.set(random.nextInt(count), "");
        }
        return parameters;
    }
}
