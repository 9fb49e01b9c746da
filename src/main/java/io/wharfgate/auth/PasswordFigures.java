package io.wharfgate.auth;

/**
 * What logins with passwords have cost since the start.
 *
 * @param remembered logins that memory knew to be right
 * @param notRemembered those that needed a hash, or were refused one
 * @param hashes computed
 * @param hashSeconds spent on computing them
 * @param throttled refused, after too many wrong ones
 * @param queue before the threads that compute
 */
public record PasswordFigures(
        long remembered, long notRemembered, long hashes, double hashSeconds, long throttled, Queue queue) {

    /**
     * The queue.
     *
     * @param waiting in it just now
     * @param room as many as may wait
     * @param turnedAway refused since the start, as there was no room, or no time
     */
    public record Queue(int waiting, int room, long turnedAway) {}
}
