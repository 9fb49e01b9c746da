/**
 * Moves images: what a source and a target of images are ({@link io.wharfgate.client.ImageSource}, {@link
 * io.wharfgate.client.ImageTarget}), and how all that belongs to an image gets from the one to the other ({@link
 * io.wharfgate.client.ImageCopy}). Knows neither HTTP nor files; the packages below do. Everything blocks.
 */
@NullMarked
package io.wharfgate.client;

import org.jspecify.annotations.NullMarked;
