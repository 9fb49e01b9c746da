package io.wharfgate.app;

import io.wharfgate.config.WharfgateConfig;

/**
 * Something of the service that another configuration changes while it runs, or that reads a file of its own again. All are
 * prepared before any takes over, so that a reload changes everything or nothing.
 */
@FunctionalInterface
interface Reloadable {

    /**
     * Reads and makes everything that it takes, and changes nothing yet.
     *
     * @param next what is to be in force; may be what is in force already
     * @return takes over; fails no more, and may not be called at all
     * @throws StartException when it cannot work with that, saying what is wrong, with a line for each mistake
     */
    Runnable prepare(WharfgateConfig next) throws StartException;
}
