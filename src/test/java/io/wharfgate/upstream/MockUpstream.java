package io.wharfgate.upstream;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.matching.RequestPatternBuilder;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import java.net.URI;
import java.util.List;

/** A WireMock server on loopback whose health is always good. */
final class MockUpstream implements AutoCloseable {

    private final WireMockServer server = new WireMockServer(WireMockConfiguration.options()
            .dynamicPort()
            .bindAddress("127.0.0.1")
            .containerThreads(12));

    MockUpstream() {
        server.start();
        reset();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    /** The same server under another name: another host, to whoever compares them. */
    URI otherName() {
        return URI.create("http://localhost:" + server.port());
    }

    void reset() {
        server.resetAll();
        stub(WireMock.get(ScriptedUpstream.HEALTH).willReturn(WireMock.ok()));
    }

    void stub(MappingBuilder mapping) {
        server.stubFor(mapping);
    }

    List<LoggedRequest> all(RequestPatternBuilder requests) {
        return server.findAll(requests);
    }

    void verify(int count, RequestPatternBuilder requests) {
        server.verify(count, requests);
    }

    /** What came beside asks for health: method, path and query. */
    List<String> lines() {
        return server.getAllServeEvents().stream()
                .map(event -> event.getRequest().getMethod() + " "
                        + event.getRequest().getUrl())
                .filter(line -> !line.endsWith(ScriptedUpstream.HEALTH))
                .sorted()
                .toList();
    }

    @Override
    public void close() {
        server.stop();
    }
}
