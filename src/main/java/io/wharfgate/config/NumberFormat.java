package io.wharfgate.config;

import io.wharfgate.yaml.Shown;

/** Whole numbers within bounds. Only digits: YAML's octal, hexadecimal and {@code 1_000} surprise more than they help. */
record NumberFormat(int least, int most) implements Format<Integer> {

    @Override
    public Integer parse(Given.One given) throws InvalidValueException {
        String text = given.text();
        if (text.matches("0|[1-9]\\d{0,8}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw new InvalidValueException(
                Shown.quoted(text) + " is no number that fits; write one from " + least + " to " + most);
    }
}
