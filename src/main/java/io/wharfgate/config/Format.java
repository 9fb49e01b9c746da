package io.wharfgate.config;

/** How values of one type are written. */
interface Format<T> {

    /**
     * Reads a value.
     *
     * @throws InvalidValueException what is wrong and what to do
     */
    T parse(Given.One given) throws InvalidValueException;

    /** The value as {@link #parse} would read it again. */
    default String show(T value) {
        return value.toString();
    }
}
