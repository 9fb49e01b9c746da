package io.wharfgate.yaml;

/**
 * What a file is for, in the words of messages.
 *
 * @param what what it holds, as in "is not a configuration"
 * @param named what one is told to name, as in "the configuration file"
 * @param start how it starts, as in "a section such as \"server:\""
 */
public record FileKind(String what, String named, String start) {}
