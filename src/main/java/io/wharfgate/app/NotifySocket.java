package io.wharfgate.app;

import java.io.IOException;

/**
 * The socket of a service manager that wants to be told how the service is (systemd's sd_notify). It takes datagrams only,
 * and Java has no such Unix sockets, which is why there are two ways to it. Safe for use by any thread.
 */
interface NotifySocket {

    /**
     * Sends one message and comes back when it is on its way.
     *
     * @param message assignments such as {@code READY=1}, one on each line
     * @throws IOException when nobody takes it
     */
    void send(String message) throws IOException;

    /**
     * The best way that this Java has.
     *
     * @param address a path, or a name behind {@code @} that lies in no directory (Linux's abstract sockets)
     */
    static NotifySocket open(String address) {
        return NativeNotifySocket.open(address).orElseGet(() -> new NotifyProgram(address));
    }
}
