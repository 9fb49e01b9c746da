package io.wharfgate.auth;

import java.time.Duration;

/**
 * How much work passwords may make.
 *
 * @param workers passwords checked at the same time; each keeps one core busy for up to a second
 * @param waiting passwords that may wait for a worker
 * @param perUser of those, and of the ones being checked, how many may carry the same user name. A flood of guesses for one
 *     name then cannot take the whole queue, and everybody else still gets in.
 * @param longestWait a check that has waited longer is given up: docker's client has gone after 15 seconds, and to check
 *     for nobody makes the queue longer for those who are still there
 * @param retryAfter what a client that is turned away is told
 */
public record CheckLimits(int workers, int waiting, int perUser, Duration longestWait, Duration retryAfter) {

    public CheckLimits {
        if (workers < 1 || waiting < 1 || perUser < 1) {
            throw new IllegalArgumentException("workers, waiting and perUser must be at least 1");
        }
        if (longestWait.isNegative() || longestWait.isZero() || retryAfter.toSeconds() < 1) {
            throw new IllegalArgumentException("longestWait must be positive, and retryAfter at least a second");
        }
    }

    /** Half of the cores, so that the other half is left to serve those who are logged in. */
    public static CheckLimits standard() {
        int workers = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return new CheckLimits(workers, 128, 8, Duration.ofSeconds(10), Duration.ofSeconds(5));
    }
}
