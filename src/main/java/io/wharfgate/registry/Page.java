package io.wharfgate.registry;

import java.util.List;

/**
 * A part of a list.
 *
 * @param items in ASCII order
 * @param more whether others follow after the last of them
 */
public record Page<T>(List<T> items, boolean more) {

    public Page {
        items = List.copyOf(items);
    }
}
