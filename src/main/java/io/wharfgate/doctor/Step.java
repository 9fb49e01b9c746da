package io.wharfgate.doctor;

import java.io.IOException;

/**
 * A check that is still to be made.
 *
 * @param onFailure what to change when the server does not even answer it
 */
record Step(Result.Group group, String id, Advice onFailure, Procedure procedure) {

    /** The check itself. */
    interface Procedure {
        /** @throws IOException when there is no answer, or none that HTTP knows: a failure of the check */
        Outcome run() throws IOException;
    }
}
