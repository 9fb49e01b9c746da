package io.wharfgate.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import java.io.PrintStream;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Logback as this process wants it from its first line on. Logback's own provider would look for plug-ins in every jar of the class
 * path and read XML, which takes a start longer than all of our configuration does.
 *
 * <p>Commands speak for themselves, and this log only of what goes wrong; for the service {@link Logging} sets up another.
 */
public final class ProcessLog implements SLF4JServiceProvider {

    /** The newest version of SLF4J's interface that this knows. */
    private static final String API_VERSION = "2.0.99";

    private final LoggerContext context = new LoggerContext();
    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter diagnostics = new LogbackMDCAdapter();

    private final PrintStream err;

    /** For SLF4J only: {@link #install} is how to get it. */
    public ProcessLog() {
        this(System.err);
    }

    ProcessLog(PrintStream err) {
        this.err = err;
    }

    /** Makes it the process' log; before anything logs, since the first that does decides. What somebody has chosen otherwise stays. */
    public static void install() {
        chooseUnlessChosen("slf4j.provider", ProcessLog.class.getName());
        // Or SLF4J tells, on standard error, that it did what it was told.
        chooseUnlessChosen("slf4j.internal.verbosity", "WARN");
        // JBoss Logging, which Undertow and XNIO use, would look for a provider of its own and for translations of each
        // message.
        chooseUnlessChosen("org.jboss.logging.provider", "slf4j");
        chooseUnlessChosen("org.jboss.logging.locale", "ROOT");
    }

    private static void chooseUnlessChosen(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    @Override
    public void initialize() {
        context.setName("wharfgate");
        context.setMDCAdapter(diagnostics);
        Mishaps appender = new Mishaps(err);
        appender.setContext(context);
        appender.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.ERROR);
        root.addAppender(appender);
        context.start();
    }

    /** What goes wrong, one line each, and its stack trace below it. */
    private static final class Mishaps extends AppenderBase<ILoggingEvent> {

        private final PrintStream err;

        Mishaps(PrintStream err) {
            this.err = err;
        }

        @Override
        protected void append(ILoggingEvent event) {
            err.println(event.getLevel() + " " + event.getFormattedMessage());
            if (event.getThrowableProxy() != null) {
                err.print(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return context;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return diagnostics;
    }

    @Override
    public String getRequestedApiVersion() {
        return API_VERSION;
    }
}
