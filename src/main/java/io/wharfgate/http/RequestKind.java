package io.wharfgate.http;

import io.wharfgate.oci.RegistryRoute;
import java.util.Locale;

/**
 * What a request is about, roughly enough to be counted by: there are never more kinds than these, whatever clients send.
 */
public enum RequestKind {
    PING,
    CATALOG,
    TAGS,
    MANIFEST,
    BLOB,
    /** Where uploads begin. */
    UPLOADS,
    /** One upload session. */
    UPLOAD,
    REFERRERS,
    /** A path below {@code /v2/} or {@code /v1/} that is no resource of the specification. */
    EXTENSION,
    /** A path there that could not be read, or was not: the request had been refused before. */
    INVALID,
    /** {@code /auth/token} */
    TOKEN,
    /** Forwarded without a login: pings, and what is configured. */
    OPEN,
    /** What this service says of itself: its front page, pings of the first version. */
    PAGE,
    /** The plain listener, which sends everybody to HTTPS. */
    REDIRECT,
    /** The operator's listener. */
    OPERATIONS,
    /** Nothing is served there. */
    UNKNOWN;

    private static final RegistryRoute.Cases<RequestKind> BY_ROUTE = new RegistryRoute.Cases<>() {
        @Override
        public RequestKind ping(RegistryRoute.Ping route) {
            return PING;
        }

        @Override
        public RequestKind catalog(RegistryRoute.Catalog route) {
            return CATALOG;
        }

        @Override
        public RequestKind tags(RegistryRoute.Tags route) {
            return TAGS;
        }

        @Override
        public RequestKind manifest(RegistryRoute.Manifest route) {
            return MANIFEST;
        }

        @Override
        public RequestKind blob(RegistryRoute.Blob route) {
            return BLOB;
        }

        @Override
        public RequestKind uploads(RegistryRoute.Uploads route) {
            return UPLOADS;
        }

        @Override
        public RequestKind upload(RegistryRoute.Upload route) {
            return UPLOAD;
        }

        @Override
        public RequestKind referrers(RegistryRoute.Referrers route) {
            return REFERRERS;
        }

        @Override
        public RequestKind other(RegistryRoute.Other route) {
            return EXTENSION;
        }
    };

    public static RequestKind of(RegistryRoute route) {
        return route.match(BY_ROUTE);
    }

    /** As metrics write it: {@code manifest}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
