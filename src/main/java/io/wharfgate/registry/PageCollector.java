package io.wharfgate.registry;

import io.wharfgate.oci.RegistryError;
import io.wharfgate.oci.RegistryException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Takes the items that follow {@code last}, in order, until a page is full. For one thread. */
final class PageCollector<T> {

    private final int limit;
    private final List<T> items = new ArrayList<>();
    private boolean more;

    /**
     * @param n most items of the page; without it, all
     * @throws RegistryException PAGINATION_NUMBER_INVALID when it is negative
     */
    PageCollector(OptionalInt n) {
        this.limit = n.orElse(Integer.MAX_VALUE);
        if (limit < 0) {
            throw new RegistryException(RegistryError.PAGINATION_NUMBER_INVALID);
        }
    }

    /**
     * Whether another item is of use. Of an empty page nothing more is said to follow: there is no item from which a
     * client could go on.
     */
    boolean wantsMore() {
        return limit > 0 && !more;
    }

    void add(T item) {
        add(item, true);
    }

    /** @param fits whether the page has room for it; for the first item there always is */
    void add(T item, boolean fits) {
        if (items.size() < limit && (fits || items.isEmpty())) {
            items.add(item);
        } else {
            more = true;
        }
    }

    Page<T> page() {
        return new Page<>(items, more);
    }
}
