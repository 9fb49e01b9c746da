package io.wharfgate.http;

import io.undertow.server.HttpHandler;

/** Answers GET and HEAD for paths that nobody needs to log in for. Thread-safe. */
public interface OpenPaths extends HttpHandler {

    /** Whether the path is one of them. */
    boolean include(String rawPath);
}
