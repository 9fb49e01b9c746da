package io.wharfgate.storage;

/**
 * What a storage knows an object's present content by. Two that are equal stand for the same content; nothing else can be
 * read from one.
 *
 * @param object which object of the storage's own it is: on a disk, the file
 * @param written when it was last written, in whatever the storage counts by
 * @param size in bytes
 */
public record Stamp(Object object, Object written, long size) {}
