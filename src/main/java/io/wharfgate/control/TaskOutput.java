package io.wharfgate.control;

/** Where a task tells what it does. For the task's own thread. */
public interface TaskOutput {

    /** A line of the result, for standard output. */
    void line(String text);

    /** A line about a mistake or a doubt, for standard error. */
    void warning(String text);

    /**
     * How far it is: a bar on a terminal, and nothing elsewhere.
     *
     * @param what is being done, such as "checking blobs"
     * @param done so many
     * @param of so many; 0 when that is not known
     */
    void progress(String what, long done, long of);

    /**
     * A number that a run came to, for those who watch the service; told at the end, and nothing to whoever asked.
     *
     * @param name in snake_case, with its unit
     */
    default void figure(String name, long value) {}

    /** Whether whoever asked has left or has had enough. */
    boolean cancelled();
}
