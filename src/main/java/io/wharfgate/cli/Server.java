package io.wharfgate.cli;

import io.wharfgate.config.LoadedConfiguration;

/** The service, as the command line sees it. */
@FunctionalInterface
public interface Server {

    /**
     * Starts, and comes back when the service has stopped.
     *
     * @return the exit code: 0 stopped when asked to, 1 failed, 2 the configuration cannot work here
     * @throws Exception what was not foreseen; it ends the process with exit code 1
     */
    int run(LoadedConfiguration configuration, Surroundings surroundings) throws Exception;
}
