/**
 * Users in a password file of Apache's {@code htpasswd} tool: reading it line by line, checking its kinds of hashes, following
 * its changes while the service runs, and writing it for the {@code user} commands. The only place that knows bcrypt. What
 * does not depend on the file's format (the cache, the queue, the Authorization header) belongs to
 * {@link io.wharfgate.auth}.
 *
 * @see <a href="https://httpd.apache.org/docs/2.4/misc/password_encryptions.html">Apache's password formats</a>
 */
@NullMarked
package io.wharfgate.auth.htpasswd;

import org.jspecify.annotations.NullMarked;
