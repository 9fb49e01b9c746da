/**
 * Files that people write, read strictly: text in UTF-8, the plain part of YAML as nodes that know their line, and the
 * mistakes that are found in them, each with its place and what to do about it. Knows no key of any file. The only place
 * that knows Jackson's YAML and SnakeYAML.
 */
@NullMarked
package io.wharfgate.yaml;

import org.jspecify.annotations.NullMarked;
