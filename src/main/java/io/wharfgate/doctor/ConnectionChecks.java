package io.wharfgate.doctor;

import io.wharfgate.doctor.Result.Group;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Whether the server can be reached at all, by each of its addresses. */
final class ConnectionChecks {

    private final Dialer dialer;
    private final Target target;
    private List<InetAddress> addresses = List.of();

    ConnectionChecks(Session session) {
        this.dialer = session.dialer();
        this.target = session.target();
    }

    List<Step> steps() {
        return List.of(
                new Step(Group.CONNECTION, "address", Advice.ADDRESS, this::address),
                new Step(Group.CONNECTION, "connect", Advice.CONNECT, this::connect));
    }

    private Outcome address() {
        try {
            addresses = dialer.resolve(target.host());
        } catch (IOException e) {
            return Outcome.failed("an address for " + target.host(), String.valueOf(e.getMessage()), Advice.ADDRESS)
                    .andStop();
        }
        return Outcome.ok(target.host() + " is "
                + String.join(
                        ", ", addresses.stream().map(ConnectionChecks::shown).toList()));
    }

    private static String shown(InetAddress address) {
        return Text.address(address.getHostAddress());
    }

    /** All of them: a client takes any, and a dead one costs it time. */
    private Outcome connect() {
        var dead = new ArrayList<String>();
        for (InetAddress address : addresses) {
            try (Socket socket = dialer.tcp(address, target.port())) {
                socket.setSoLinger(false, 0);
            } catch (IOException e) {
                dead.add(shown(address) + " port " + target.port() + ": " + String.valueOf(e.getMessage()));
            }
        }
        String seen = String.join("; ", dead);
        if (dead.size() == addresses.size()) {
            return Outcome.failed("a connection to port " + target.port(), seen, Advice.CONNECT)
                    .andStop();
        }
        return dead.isEmpty()
                ? Outcome.ok("port " + target.port() + " takes connections")
                : Outcome.warning("connections at every address of the name", seen, Advice.CONNECT);
    }
}
