/**
 * The Bearer token service: keys, what tokens say, who gets them and whether they are still good. The only place that knows
 * Nimbus JOSE. Tokens are JSON Web Tokens as Docker's token specification has them, signed with ES256 and with nothing else.
 */
@NullMarked
package io.wharfgate.auth.token;

import org.jspecify.annotations.NullMarked;
