package io.wharfgate.registry;

/**
 * What keeps content from being gone for good: clients that count on it, and the window in which deletions can be undone.
 *
 * @param pins content that clients have lately pushed or been told of
 * @param trash what was deleted lately
 */
record Retained(Pins pins, Trash trash) {}
