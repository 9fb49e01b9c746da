/**
 * Small files that people, commands and the service share: replaced as a whole, by one editor at a time, and noticed when they
 * change. What stands in them is their owners' business: {@code auth.htpasswd}, {@code auth.personal}.
 */
@NullMarked
package io.wharfgate.files;

import org.jspecify.annotations.NullMarked;
