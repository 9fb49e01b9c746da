package io.wharfgate.app;

import io.wharfgate.config.WharfgateConfig;
import io.wharfgate.control.ControlServer;
import io.wharfgate.control.Task;
import io.wharfgate.control.Tasks;
import io.wharfgate.http.HttpServer;
import io.wharfgate.http.RunningRequests;
import io.wharfgate.http.Workers;
import io.wharfgate.registry.Registry;
import io.wharfgate.registry.RegistryConfig;
import io.wharfgate.registry.rules.StorageRules;
import io.wharfgate.storage.ObjectStore;
import io.wharfgate.tls.ServerIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running service. Started once, closed once; thread-safe.
 *
 * <p>Starting may wait for a certificate; {@link #close} from another thread ends that too. What was opened is closed in
 * the opposite order, also when starting fails half way.
 */
public final class Wharfgate implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Wharfgate.class);
    private static final Duration POLL = Duration.ofSeconds(2);
    private static final Duration LAST_USES = Duration.ofMinutes(1);
    private static final Duration RENEW = Duration.ofHours(6);

    private final Measurements measurements = new Measurements();
    private final RunningRequests running = measurements.running();
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final List<HttpServer> listeners = new ArrayList<>();
    private final ReloadCount reloads = new ReloadCount();
    private final Generations generations = new Generations();
    private final List<Reloadable> reloadables = new ArrayList<>();
    private volatile WharfgateConfig config;
    private Optional<Foundation> foundation = Optional.empty();
    private final OperatorPasses passes = new OperatorPasses(this::port);
    private Optional<Certificates> certificates = Optional.empty();
    private Optional<HttpServer> main = Optional.empty();

    private Wharfgate(WharfgateConfig config) {
        this.config = config;
    }

    /** A service that does nothing yet. */
    public static Wharfgate of(WharfgateConfig config) {
        return new Wharfgate(config);
    }

    /**
     * Starts everything; comes back when requests are answered.
     *
     * @return false when {@link #close} was called before that
     * @throws StartException when it cannot work as configured
     * @throws IOException when the machine does not let it: a port in use, a disk that cannot be written
     */
    public boolean start() throws StartException, IOException, InterruptedException {
        try {
            boolean open = open();
            if (!open) {
                // What was opened after close() had looked.
                close();
            }
            return open;
        } catch (StartException | IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The way up, from the disk to the listener; read it top to bottom. */
    private boolean open() throws StartException, IOException, InterruptedException {
        // First, and so closed last: what the last requests did is in the audit log.
        keep(generations);
        FirstStart.ensureUsers(config.auth(), config.server().dataDirectory());
        Optional<Content.Stored> stored = config.upstream().isPresent() ? Optional.empty() : Optional.of(stored());
        Workers workers = keep(new Workers(config.server().limits().workerThreads()));
        Foundation foundation = Foundation.of(measurements, workers, stored, passes);
        Assembly assembly = new Assembly(config, foundation);
        begin(assembly.generation(generations, this::identity));
        measurements.workers(workers);
        measurements.reloads(reloads);

        if (config.server().redirectHttp().isPresent()) {
            listen(
                    "redirect",
                    assembly.listenBeside(
                            config.server().redirectHttp().get(),
                            () -> generations.current().redirect()));
        }
        if (config.ops().listen().isPresent()) {
            listen(
                    "operations",
                    assembly.listenBeside(
                            config.ops().listen().get(),
                            () -> generations.current().operations()));
        }
        if (!assembly.plain()) {
            certificates = Certificates.open(config.tls(), stopping);
            if (certificates.isEmpty()) {
                return false;
            }
            certificates.get().warn(config.server().listen());
        }
        main = Optional.of(listen(
                "registry",
                assembly.listen(() -> generations.current().registry(), certificates.map(Certificates::sslContext))));

        Upkeep upkeep = keep(new Upkeep());
        upkeep.every(POLL, () -> generations.current().parts().poll());
        upkeep.every(
                LAST_USES,
                () -> generations.current().parts().files().personalTokens().writeLastUses());
        certificates.ifPresent(own -> {
            measurements.certificate(own::identity);
            measurements.file("certificate", own.adoptions());
            upkeep.every(POLL, own::poll);
            upkeep.every(RENEW, own::renew);
            reloadables.add(own);
        });
        stored.ifPresent(parts -> {
            parts.measure(measurements, workers);
            upkeep.every(POLL, parts.rules()::poll);
            upkeep.every(LAST_USES, parts.rules()::write);
            reloadables.add(next -> Assembly.storageRules(next, parts.rules()));
            reloadables.add(next -> () -> parts.registry().use(next.registry()));
        });
        this.foundation = Optional.of(foundation);
        LOG.info("serving {} {}", url(), whatIsServed());
        started.countDown();
        return stopping.getCount() > 0;
    }

    private void begin(Generation generation) {
        generations.begin(generation);
        generation.measure(measurements);
    }

    private Content.Stored stored() throws StartException, IOException {
        ObjectStore store = keep(measurements.counting(Assembly.store(config)));
        StorageRules rules = keep(Assembly.storageRules(config, store));
        Registry registry = keep(new Registry(store, config.registry(), rules.oversight()));
        registry.open();
        rules.start(registry);
        Content.Stored stored = new Content.Stored(store, registry, rules);
        Map<String, Task> tasks = measurements.tasks(StorageTasks.of(stored, config, true), stored.lastCollected());
        tasks.put(OperatorPasses.TASK, passes);
        control(new Tasks(tasks));
        keep(StorageTasks.scheduled(stored, tasks, this::isStopping));
        return stored;
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    /** Commands of operators; without them the service is none the worse. */
    private void control(Tasks tasks) {
        config.ops().control().ifPresent(path -> {
            try {
                keep(ControlServer.open(path, tasks, this::isStopping));
            } catch (IOException e) {
                LOG.warn(
                        "ops.control: commands such as \"wharfgate storage\" cannot reach this service: {}",
                        e.getMessage());
            }
        });
    }

    private Optional<ServerIdentity> identity() {
        return certificates.map(Certificates::identity);
    }

    private String whatIsServed() {
        return config.upstream()
                .map(upstream -> "upstream=\"" + upstream.describe() + '"')
                .orElseGet(() -> "root=" + config.storage().root());
    }

    /** What is kept is closed again, last first. */
    private synchronized <T extends AutoCloseable> T keep(T part) {
        opened.push(part);
        return part;
    }

    private synchronized HttpServer listen(String name, HttpServer server) {
        measurements.listener(name, server);
        listeners.add(server);
        return keep(server);
    }

    /**
     * Takes over another configuration, and reads all files anew. Requests under way stay with what they began with. Only after
     * {@link #start}; keys that {@link io.wharfgate.config.Revision} says need a restart are to be what they were.
     *
     * @throws StartException when something is wrong, with a line for each mistake; everything stays as it was then
     */
    public void reload(WharfgateConfig next) throws StartException {
        synchronized (reloadables) {
            List<Runnable> takeOver = new ArrayList<>();
            List<Generation> made = new ArrayList<>();
            Mistakes mistakes = new Mistakes();
            for (Reloadable part : reloadables) {
                mistakes.note(() -> takeOver.add(part.prepare(next)));
            }
            Assembly assembly = new Assembly(next, foundation.orElseThrow());
            mistakes.note(() -> made.add(assembly.generation(generations, this::identity)));
            made.forEach(generation -> mistakes.note(generation.parts()::check));
            if (mistakes.any()) {
                made.forEach(Generation::close);
            }
            mistakes.throwIfAny();
            takeOver.forEach(Runnable::run);
            made.forEach(this::begin);
            made.forEach(generation -> generation.parts().reload());
            config = next;
        }
    }

    /** How reloads went. */
    ReloadCount reloads() {
        return reloads;
    }

    /** How long {@link #close} gives running requests, as it is configured now. */
    Duration drainTimeout() {
        return config.server().limits().drainTimeout();
    }

    /** Waits until requests are answered, or the service stops; says which. */
    boolean awaitStarted() throws InterruptedException {
        started.await();
        return stopping.getCount() > 0;
    }

    /** What is in force. */
    WharfgateConfig config() {
        return config;
    }

    /** What the registry goes by; empty for a gateway. */
    Optional<RegistryConfig> registryInForce() {
        return foundation
                .flatMap(Foundation::own)
                .map(own -> own.parts().registry().config());
    }

    Generation current() {
        return generations.current();
    }

    /** How many sets of parts are in use: more than one while requests run that began before a reload. */
    int generations() {
        return generations.count();
    }

    /** What clients depend on: one executor for each I/O thread, and one for the workers. Only after {@link #start}. */
    synchronized List<Executor> threads() {
        List<Executor> threads = new ArrayList<>();
        listeners.forEach(listener -> threads.addAll(listener.threads()));
        opened.stream()
                .filter(Workers.class::isInstance)
                .map(Workers.class::cast)
                .forEach(threads::add);
        return threads;
    }

    /** The port of the registry's listener, also when the system chose it. Only after {@link #start}. */
    public int port() {
        return main.orElseThrow().port();
    }

    /** The ports of all listeners, in the order in which they were opened: redirect, operator's, registry's. */
    synchronized List<Integer> ports() {
        return listeners.stream().map(HttpServer::port).toList();
    }

    /** Where clients on this machine, or by the configured name, reach the registry. */
    public String url() {
        String scheme = certificates.isPresent() ? "https://" : "http://";
        return config.server()
                .externalUrl()
                .map(Object::toString)
                .orElseGet(() -> scheme + config.server().listen().clientHost() + ":" + port());
    }

    /** The CA that clients have to be told to trust, when it is our own. */
    public Optional<Path> ownAuthority() {
        return certificates.flatMap(Certificates::ownAuthority);
    }

    /** Waits until the service has been closed. */
    public void awaitStopped() throws InterruptedException {
        stopped.await();
    }

    /**
     * Stops: takes no new connections, gives running requests the configured time, then cuts what is left. Uploads stay
     * on disk and can be resumed.
     */
    @Override
    public void close() {
        if (stopping.getCount() > 0) {
            LOG.info("stopping");
        }
        stopping.countDown();
        started.countDown();
        List<AutoCloseable> parts;
        Drain drain;
        synchronized (this) {
            drain = new Drain(running, listeners);
            parts = new ArrayList<>(opened);
            opened.clear();
        }
        if (!parts.isEmpty()) {
            drain.within(drainTimeout());
        }
        parts.forEach(part -> {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} did not close cleanly", part.getClass().getSimpleName(), e);
            }
        });
        if (stopped.getCount() > 0) {
            LOG.info("stopped");
        }
        stopped.countDown();
    }
}
