/**
 * Counters, gauges and histograms, and the text in which Prometheus reads them. Knows nothing of registries: what is
 * measured, and by which name, is {@code ops}' and {@code app}'s. Imports nothing of ours.
 */
@NullMarked
package io.wharfgate.metrics;

import org.jspecify.annotations.NullMarked;
