package io.wharfgate.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/** What takes connections in. Thread-safe. */
interface Listener {

    InetSocketAddress address();

    /** Takes nothing more in; what is open goes on. May be called again. */
    void stop();

    /** On a socket that is opened here, and closed. */
    record Own(AcceptingChannel<StreamConnection> server) implements Listener {

        /** One thread accepts, and the connections are spread over the others; as Undertow has it. */
        private static final OptionMap SPREAD =
                OptionMap.create(Options.BALANCING_TOKENS, 1, Options.BALANCING_CONNECTIONS, 2);

        /** @throws IOException when the address cannot be listened on, also when its name is not known */
        static Own start(XnioWorker worker, ServerConfig.ListenAddress listen, OptionMap socket, Opening opening)
                throws IOException {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(listen.host()), listen.port());
            AcceptingChannel<StreamConnection> server = worker.createStreamConnectionServer(
                    address,
                    opening::acceptAll,
                    OptionMap.builder().addAll(SPREAD).addAll(socket).getMap());
            server.resumeAccepts();
            return new Own(server);
        }

        @Override
        public InetSocketAddress address() {
            return server.getLocalAddress(InetSocketAddress.class);
        }

        @Override
        public void stop() {
            IoUtils.safeClose(server);
        }
    }
}
