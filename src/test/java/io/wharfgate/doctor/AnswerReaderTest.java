package io.wharfgate.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wharfgate.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {

    private static final String HEAD = "HTTP/1.1 200 OK\r\n";

    private static byte[] read(byte[] answer) throws IOException {
        var reader = new AnswerReader(new ByteArrayInputStream(answer));
        AnswerReader.Head head = reader.head();
        return reader.body(AnswerReader.framing("GET", head), head);
    }

    private static String read(String answer) throws IOException {
        return new String(read(answer.getBytes(StandardCharsets.ISO_8859_1)), StandardCharsets.ISO_8859_1);
    }

    @Test
    void readsEachFraming() throws Exception {
        assertThat(read(HEAD + "Content-Length: 3\r\n\r\nabcd")).isEqualTo("abc");
        assertThat(read(HEAD + "Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\nT: v\r\n\r\n"))
                .isEqualTo("abc");
        assertThat(read(HEAD + "\r\nabc")).isEqualTo("abc");
        assertThat(read("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                "Content-Length: +3\r\n\r\nabc",
                "Content-Length: 3, 3\r\n\r\nabc",
                "Content-Length: 9\r\n\r\nabc",
                "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n-1\r\n",
                "Transfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\nabc",
                "No colon\r\n\r\n",
                "Name : value\r\n\r\n",
                " folded\r\n\r\n",
                "Unfinished: "
            })
    void refusesWhatCanBeReadInTwoWays(String rest) {
        assertThatThrownBy(() -> read(HEAD + rest)).isInstanceOf(WireException.class);
    }

    @ParameterizedTest
    @CsvSource({"HTTP/2 200", "ICY 200 OK", "HTTP/1.1 2000 OK", "HTTP/1.1  200 OK", "<html>"})
    void refusesWhatIsNotHttp(String line) {
        assertThatThrownBy(() -> read(line + "\r\n\r\n"))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("not HTTP/1.1");
    }

    @Test
    void copesWithAnything() {
        String[] pieces = {
            HEAD,
            "\r\n",
            "\r\n\r\n",
            "Content-Length: ",
            "3",
            "Transfer-Encoding: chunked\r\n",
            "5\r\nabcde\r\n",
            "0\r\n",
            "x",
            ":",
            "\n",
            "\0"
        };
        Fuzz.rounds(3000, random -> {
            var answer = new StringBuilder(random.nextBoolean() ? HEAD : "");
            for (int piece = random.nextInt(12); piece > 0; piece--) {
                answer.append(pieces[random.nextInt(pieces.length)]);
            }
            try {
                read(answer.toString());
            } catch (IOException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        });
    }
}
