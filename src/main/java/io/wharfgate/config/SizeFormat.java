package io.wharfgate.config;

import io.wharfgate.yaml.Shown;
import io.wharfgate.yaml.SizeText;
import java.math.BigInteger;

/** Sizes in bytes such as {@code 65536}, {@code 64KiB}, {@code 4MiB}, {@code 1GB}, within bounds. */
record SizeFormat(long least, long most) implements Format<Long> {

    @Override
    public Long parse(Given.One given) throws InvalidValueException {
        BigInteger bytes = SizeText.parse(given.text())
                .orElseThrow(() -> new InvalidValueException(
                        Shown.quoted(given.text()) + " is not a size; write it like 64KiB, 4MiB or 1GB, or in bytes"));
        if (bytes.compareTo(BigInteger.valueOf(least)) < 0 || bytes.compareTo(BigInteger.valueOf(most)) > 0) {
            throw new InvalidValueException(Shown.quoted(given.text()) + " is out of range; write a size from "
                    + show(least) + " to " + show(most));
        }
        return bytes.longValueExact();
    }

    @Override
    public String show(Long bytes) {
        return SizeText.show(bytes);
    }
}
