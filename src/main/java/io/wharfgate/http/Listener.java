package io.wharfgate.http;

import io.undertow.Undertow;
import io.undertow.server.HttpHandler;
import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.xnio.Option;
import org.xnio.OptionMap;
import org.xnio.XnioWorker;

/** What takes connections in. Thread-safe. */
interface Listener {

    InetSocketAddress address();

    /** Takes nothing more in; what is open goes on. May be called again. */
    void stop();

    /** Undertow, on a socket that it opens and closes itself. */
    record Own(Undertow undertow) implements Listener {

        /** @throws RuntimeException when the address cannot be listened on, with the cause somewhere below */
        static Own start(
                XnioWorker worker,
                ServerConfig.ListenAddress listen,
                OptionMap socket,
                Optional<SSLContext> tls,
                HttpHandler handler) {
            Undertow.ListenerBuilder listener = new Undertow.ListenerBuilder()
                    .setType(tls.isPresent() ? Undertow.ListenerType.HTTPS : Undertow.ListenerType.HTTP)
                    .setHost(listen.host())
                    .setPort(listen.port())
                    .setRootHandler(handler)
                    .setOverrideSocketOptions(socket);
            tls.ifPresent(listener::setSslContext);
            Undertow.Builder builder = Undertow.builder()
                    .setWorker(worker)
                    .addListener(listener)
                    .setBufferSize(ListenerOptions.IO_BUFFER_BYTES)
                    .setDirectBuffers(true);
            OptionMap options = ListenerOptions.server();
            options.forEach(option -> set(builder, option, options));
            Own own = new Own(builder.build());
            own.undertow.start();
            return own;
        }

        private static <T> void set(Undertow.Builder builder, Option<T> option, OptionMap values) {
            builder.setServerOption(option, values.get(option));
        }

        @Override
        public InetSocketAddress address() {
            return (InetSocketAddress) undertow.getListenerInfo().get(0).getAddress();
        }

        @Override
        public void stop() {
            undertow.stop();
        }
    }
}
