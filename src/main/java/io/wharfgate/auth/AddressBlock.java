package io.wharfgate.auth;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * What counts as one client: an address of IPv4, or a /64 of IPv6, which is the least that a network gives to one customer, who
 * may use all of its addresses.
 *
 * @param bits of the address, the first 64 if there are more
 * @param six whether it is IPv6; IPv4 written as IPv6 is IPv4 to Java already
 */
record AddressBlock(long bits, boolean six) {

    static AddressBlock of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet6Address
                ? new AddressBlock(bytes.getLong(), true)
                : new AddressBlock(bytes.getInt() & 0xFFFFFFFFL, false);
    }
}
