package io.wharfgate.registry;

import java.util.Arrays;
import java.util.Collections;
import java.util.PriorityQueue;

/**
 * Names in ASCII order, sorted as far as somebody looks. To sort 50 000 takes longer than to read them, above all before the
 * compiler knows how; who asks for the first page needs only the first of them. Thread-safe.
 */
final class NamesInOrder {

    /** Put in order together when the first is asked for; enough for the pages that clients ask for by themselves. */
    static final int FIRST = 256;

    // Both guarded by "this".
    private final String[] names;
    private int sorted;

    /** @param names each once, in any order; belongs to this object from now on */
    NamesInOrder(String[] names) {
        this.names = names;
    }

    int count() {
        return names.length;
    }

    synchronized String get(int index) {
        if (index >= sorted) {
            if (sorted == 0 && index < FIRST && names.length > 4 * FIRST) {
                sortFirst();
            } else {
                sortAll();
            }
        }
        return names[index];
    }

    /** Index of the first name that comes after this text. */
    synchronized int after(String text) {
        sortAll();
        int found = Arrays.binarySearch(names, text);
        return found >= 0 ? found + 1 : -found - 1;
    }

    private void sortAll() {
        if (sorted < names.length) {
            Arrays.sort(names);
            sorted = names.length;
        }
    }

    /** Moves the first ones to the front. Nearly every name is compared once, with the last of those found so far. */
    private void sortFirst() {
        PriorityQueue<String> first = new PriorityQueue<>(FIRST, Collections.reverseOrder());
        for (String name : names) {
            if (first.size() < FIRST) {
                first.add(name);
            } else if (name.compareTo(first.element()) < 0) {
                first.remove();
                first.add(name);
            }
        }
        String last = first.element();
        int front = 0;
        for (int i = 0; front < FIRST; i++) {
            if (names[i].compareTo(last) <= 0) {
                String name = names[i];
                names[i] = names[front];
                names[front] = name;
                front++;
            }
        }
        Arrays.sort(names, 0, FIRST);
        sorted = FIRST;
    }
}
