package io.wharfgate.http;

/**
 * The bodies that are on their way at one moment, and the bytes of all that ever were.
 *
 * @param receiving requests whose body has not arrived whole
 * @param sending those whose answer has begun and is not out
 * @param stalled those of both of which no byte has moved for a while
 * @param received bytes of request bodies since the start
 * @param sent bytes of the bodies of answers since the start
 */
public record Transfers(int receiving, int sending, int stalled, long received, long sent) {}
