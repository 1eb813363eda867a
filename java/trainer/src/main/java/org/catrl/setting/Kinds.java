package org.catrl.setting;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A sealed type of settings whose records are told apart by a key: {@code kind: answer} is its record Answer. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Kinds {
    /** The key that names the kind. */
    String key();

    /** Whether the kind may be left out where the other keys belong to one kind alone. */
    boolean followsFromKeys() default false;
}
