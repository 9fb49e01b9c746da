/**
 * The configuration: a root record, and the strict loader that fills it from a YAML file, the environment and the
 * defaults. The sections are records that live beside their features; of a feature, this package knows nothing else.
 *
 * <p>How a value comes to be: {@code yaml.YamlTree} reads the file into nodes that know their line, {@code FileValues} holds
 * them against the known {@code Key}s, {@code EnvironmentValues} and {@code RegistryVariables} add the variables,
 * {@code Values} parses what won and remembers where it came from, and one {@code …Section} for each section makes the
 * record. Every mistake goes to {@code yaml.Findings}; nothing stops at the first one.
 */
@NullMarked
package io.wharfgate.config;

import org.jspecify.annotations.NullMarked;
