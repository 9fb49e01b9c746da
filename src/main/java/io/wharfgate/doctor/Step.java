package io.wharfgate.doctor;

import java.io.IOException;

/**
 * A check that is still to be made.
 *
 * @param onFailure what to change when the server does not even answer it
 * @param vital whether the checks after it mean nothing when there is no answer
 * @param forStrangers whether it tells something without a login too
 */
record Step(Result.Group group, String id, Advice onFailure, Procedure procedure, boolean vital, boolean forStrangers) {

    Step(Result.Group group, String id, Advice onFailure, Procedure procedure) {
        this(group, id, onFailure, procedure, false, false);
    }

    /** The same check, without whose answer nothing goes on. */
    Step asVital() {
        return new Step(group, id, onFailure, procedure, true, forStrangers);
    }

    /** The same check, which is made without a login too. */
    Step alsoForStrangers() {
        return new Step(group, id, onFailure, procedure, vital, true);
    }

    /** The check itself. */
    interface Procedure {
        /**
         * Makes the check.
         *
         * @throws IOException when there is no answer, or none that HTTP knows: a failure of the check
         */
        Outcome run() throws IOException;
    }
}
