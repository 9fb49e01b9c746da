/** The operator's rules for the storage: retention, immutable tags, quotas; their file, hot reload, what they count. */
@NullMarked
package io.wharfgate.registry.rules;

import org.jspecify.annotations.NullMarked;
