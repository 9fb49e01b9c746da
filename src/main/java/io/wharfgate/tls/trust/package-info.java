/**
 * How clients are told to trust the registry's CA: for each kind of client the files it wants and the commands that it
 * needs, as values that are printed as a shell script or carried out. Knows nothing of keys and nothing of the server.
 */
@NullMarked
package io.wharfgate.tls.trust;

import org.jspecify.annotations.NullMarked;
