package io.wharfgate.app;

import io.wharfgate.config.LoadedConfiguration;
import io.wharfgate.config.WharfgateConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The service as a process: its log, its signals, what it says to the person who started it. */
public final class Service {

    private static final Logger LOG = LoggerFactory.getLogger(Service.class);

    private Service() {}

    /**
     * Runs until the process is told to stop.
     *
     * @param out for the person who started it
     * @param terminal whether a person looks at {@code out}, and no log
     * @return whether it ran; false when it could not start, which the log explains
     * @throws StartException when it cannot work as it is configured
     */
    public static boolean run(LoadedConfiguration loaded, PrintWriter out, boolean terminal)
            throws StartException, InterruptedException {
        WharfgateConfig config = loaded.config();
        Logging.configure(config.log());
        LOG.info("starting configuration=\"{}\"", loaded.source());
        Wharfgate service = Wharfgate.of(config);
        SystemdNotify systemd =
                SystemdNotify.of(System.getenv(), ProcessHandle.current().pid());
        Optional<Watchdog> watchdog =
                systemd.watchdog().map(limit -> new Watchdog(limit, service::threads, systemd::alive));
        Runnable close = () -> {
            watchdog.ifPresent(Watchdog::close);
            systemd.stopping(service.drainTimeout());
            service.close();
            Logging.finish();
        };
        Runtime.getRuntime().addShutdownHook(new Thread(close, "stop"));
        Reloads reloads = new Reloads(loaded, service, systemd, service.reloads());
        HangUp.run(reloads::ask);
        try {
            systemd.status("starting");
            if (service.start()) {
                systemd.ready("serving " + service.url());
                watchdog.ifPresent(Watchdog::start);
                Greeting.of(config, service, terminal).print(out);
            }
        } catch (IOException e) {
            LOG.error("cannot start: {}", e.getMessage());
            LOG.debug("cannot start", e);
            return false;
        }
        service.awaitStopped();
        return true;
    }
}
