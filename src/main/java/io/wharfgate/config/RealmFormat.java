package io.wharfgate.config;

/** The realm: text for an HTTP header, so one line of ASCII (RFC 9110 section 5.5 leaves other letters undefined). */
record RealmFormat() implements Format<String> {

    private static final int LONGEST = 128;

    @Override
    public String parse(Given.One given) throws InvalidValueException {
        String text = given.text();
        if (text.length() > LONGEST || !text.chars().allMatch(c -> c >= 0x20 && c < 0x7F)) {
            throw new InvalidValueException(
                    "goes into an HTTP header; write at most " + LONGEST + " letters, digits and signs of ASCII");
        }
        return text;
    }
}
