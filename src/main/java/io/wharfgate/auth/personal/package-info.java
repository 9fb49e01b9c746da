/**
 * Personal tokens: what users give to robots in the place of their password. Their text, the file that holds their hashes, the
 * editor behind the {@code token} commands, and the check of one that was sent. No password hash is ever computed here: a
 * token's secret is random and long, so one SHA-256 protects it.
 */
@NullMarked
package io.wharfgate.auth.personal;

import org.jspecify.annotations.NullMarked;
