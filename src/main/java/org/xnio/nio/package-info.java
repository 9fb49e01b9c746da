/**
 * One class of ours in a package of XNIO's: what it has to do can be reached from nowhere else. Nothing more belongs here.
 */
@NullMarked
package org.xnio.nio;

import org.jspecify.annotations.NullMarked;
