package io.wharfgate.registry.api;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A test that a registry with a trait does not pass. There it is run all the same, and must fail in the way that is
 * told here: so a trait is shown to be true, and one that is true no longer is a failure. (Public, since proxies of its
 * list lie in no package of ours.)
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Deviates.All.class)
public @interface Deviates {

    RegistryUnderTest.Trait trait();

    /** What the failure's message must hold of what the registry does instead. */
    String seen();

    /** Which rows of a parameterised test, counted from 1; none says all. */
    int[] rows() default {};

    /** Several. */
    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        Deviates[] value();
    }
}
