package io.wharfgate.config;

import io.wharfgate.yaml.Origin;
import java.util.List;

/** A value for a key, as somebody wrote it, not yet parsed. */
sealed interface Given {

    Origin origin();

    /** For keys of {@link Key.Form#ONE}. */
    record One(Origin origin, String text) implements Given {}

    /** For keys of {@link Key.Form#LIST}, and of {@link Key.Form#MAP} with items {@code name=value}. */
    record Many(Origin origin, List<One> items) implements Given {}
}
