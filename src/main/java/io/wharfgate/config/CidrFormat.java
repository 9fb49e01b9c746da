package io.wharfgate.config;

import io.wharfgate.http.ServerConfig.Cidr;
import io.wharfgate.yaml.Shown;
import java.net.InetAddress;
import java.util.Optional;

/** Blocks of IP addresses: {@code 10.0.0.0/8}, {@code fd00::/8}; a lone address is a block of one. */
record CidrFormat() implements Format<Cidr> {

    @Override
    public Cidr parse(Given.One given) throws InvalidValueException {
        String text = given.text();
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        String length = slash < 0 ? "" : text.substring(slash + 1);
        Optional<InetAddress> network = IpAddress.parse(address);
        if (network.isEmpty()) {
            throw new InvalidValueException(Shown.quoted(text)
                    + " is not a block of IP addresses; write it like 10.0.0.0/8, 192.168.1.7 or fd00::/8");
        }
        int bits = network.get().getAddress().length * 8;
        if (slash >= 0 && !(length.matches("\\d{1,3}") && Integer.parseInt(length) <= bits)) {
            throw new InvalidValueException(
                    Shown.quoted(text) + " has no valid length behind its slash; write a number from 0 to " + bits);
        }
        Cidr block = Cidr.around(network.get(), slash < 0 ? bits : Integer.parseInt(length));
        if (!block.network().equals(network.get())) {
            throw new InvalidValueException(Shown.quoted(text) + " has bits set behind its length; write " + block);
        }
        return block;
    }
}
