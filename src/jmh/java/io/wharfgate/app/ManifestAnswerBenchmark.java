package io.wharfgate.app;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The whole way of a small request, from its bytes to those of the answer, on one connection without TLS: with {@code -prof gc} it tells
 * what a request allocates. The client is part of it, and always the same.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ManifestAnswerBenchmark {

    private static final String TYPE = "application/vnd.oci.image.index.v1+json";
    private static final String MANIFEST = "{\"schemaVersion\":2,\"mediaType\":\"" + TYPE + "\",\"manifests\":[]}";

    @Param({"GET", "HEAD"})
    public String method;

    private Path directory;
    private RunningService service;
    private Socket socket;
    private OutputStream out;
    private DataInputStream in;
    private byte[] request;
    private byte[] answer;

    @Setup
    public void start() throws Exception {
        directory = Files.createTempDirectory("wharfgate-benchmark");
        service = RunningService.Setup.in(directory).plain().start();
        socket = new Socket("127.0.0.1", service.uri().getPort());
        socket.setTcpNoDelay(true);
        out = socket.getOutputStream();
        in = new DataInputStream(socket.getInputStream());
        push();
        request = head(method, "").getBytes(StandardCharsets.US_ASCII);
        out.write(request);
        answer = new byte[readAnswer(method.equals("HEAD"))];
    }

    private static String head(String method, String more) {
        String pair = RunningService.USER + ":" + RunningService.PASSWORD;
        String login = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
        return method + " /v2/team/app/manifests/latest HTTP/1.1\r\nHost: localhost\r\nAccept: " + TYPE
                + "\r\nAuthorization: Basic " + login + "\r\n" + more + "\r\n";
    }

    private void push() throws IOException {
        String more = "Content-Type: " + TYPE + "\r\nContent-Length: " + MANIFEST.length() + "\r\n";
        out.write((head("PUT", more) + MANIFEST).getBytes(StandardCharsets.US_ASCII));
        readAnswer(false);
    }

    /** Reads one answer and tells how many bytes it had: each of the others has as many. */
    private int readAnswer(boolean withoutBody) throws IOException {
        var text = new StringBuilder();
        while (!text.toString().endsWith("\r\n\r\n")) {
            text.append((char) in.readUnsignedByte());
        }
        if (!text.toString().startsWith("HTTP/1.1 20")) {
            throw new IOException(text.toString());
        }
        int body = withoutBody
                ? 0
                : text.toString()
                        .lines()
                        .filter(line -> line.regionMatches(true, 0, "Content-Length: ", 0, 16))
                        .mapToInt(line -> Integer.parseInt(line.substring(16)))
                        .sum();
        in.skipNBytes(body);
        return text.length() + body;
    }

    @Benchmark
    public byte[] answer() throws IOException {
        out.write(request);
        in.readFully(answer);
        return answer;
    }

    @TearDown
    public void stop() throws Exception {
        socket.close();
        service.close();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
