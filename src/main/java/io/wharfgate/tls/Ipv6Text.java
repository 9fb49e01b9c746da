package io.wharfgate.tls;

/** IPv6 addresses as RFC 5952 writes them: no leading zeros, the longest run of zero groups as {@code ::}. */
final class Ipv6Text {

    private static final int GROUPS = 8;

    private Ipv6Text() {}

    static String of(byte[] address) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = ((address[2 * i] & 0xff) << 8) | (address[2 * i + 1] & 0xff);
        }
        int from = 0;
        int length = 0;
        for (int i = 0; i < GROUPS; i++) {
            int run = zeros(groups, i);
            if (run > length) {
                from = i;
                length = run;
            }
        }
        // RFC 5952 section 4.2.2: a single zero group is not shortened.
        return length < 2
                ? join(groups, 0, GROUPS)
                : join(groups, 0, from) + "::" + join(groups, from + length, GROUPS);
    }

    private static int zeros(int[] groups, int from) {
        int end = from;
        while (end < GROUPS && groups[end] == 0) {
            end++;
        }
        return end - from;
    }

    private static String join(int[] groups, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(i == from ? "" : ":").append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
