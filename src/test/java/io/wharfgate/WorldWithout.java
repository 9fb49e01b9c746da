package io.wharfgate;

import java.io.IOException;
import java.io.InputStream;

/** Our own classes once more, in a world where others are missing: what needs them, called or only linked, fails. */
public final class WorldWithout extends ClassLoader {

    private final String missing;

    /** @param missing what the names of the missing classes begin with */
    public WorldWithout(String missing) {
        super(WorldWithout.class.getClassLoader());
        this.missing = missing;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith(missing)) {
            throw new ClassNotFoundException(name);
        }
        Class<?> known = findLoadedClass(name);
        if (known != null) {
            return known;
        }
        return name.startsWith("io.wharfgate.") ? define(name) : super.loadClass(name, resolve);
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
