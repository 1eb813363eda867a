package org.catrl.recipe;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.catrl.setting.Inline;

/** How settings records are spelled: each component a key in snake case, the keys of inlined parts among them. */
final class RecordShape {
    private RecordShape() { }

    /** The keys of a record in the order of its components, those of inlined parts where the part stands. */
    static Map<String, RecordComponent> keys(Class<?> type) {
        Map<String, RecordComponent> keys = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            if (isInline(component)) {
                keys.putAll(keys(component.getType()));
            } else {
                keys.put(key(component), component);
            }
        }
        return keys;
    }

    static boolean isInline(RecordComponent component) {
        return component.isAnnotationPresent(Inline.class);
    }

    static String key(RecordComponent component) {
        return Spelling.ofName(component.getName());
    }

    /** The value of a component. */
    static Object value(RecordComponent component, Object settings) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(settings);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }

    /**
     * A record of these components.
     *
     * @throws InvocationTargetException what its constructor threw
     */
    static Object construct(Class<?> type, Object[] values) throws InvocationTargetException {
        try {
            var constructor = type.getDeclaredConstructor(Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (NoSuchMethodException | InstantiationException | IllegalAccessException e) {
            throw new IllegalStateException(type + " cannot be made", e);
        }
    }
}
