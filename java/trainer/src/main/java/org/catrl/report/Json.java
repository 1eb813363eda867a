package org.catrl.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import org.catrl.text.Utf8;

/** The page's data as JSON: rows of the record as objects, texts cut to what a page can show. */
final class Json {
    /** The longest text of a model that the page gets, in characters; the record holds all of it. */
    static final int LONGEST_TEXT = 20_000;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() { }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    /** The UTF-8 of a value. */
    static byte[] bytes(JsonNode value) {
        return text(value).getBytes(StandardCharsets.UTF_8);
    }

    /** A value as it may stand within a script element: no {@code <} in it can end the element or begin a comment. */
    static String inScript(JsonNode value) {
        return text(value).replace("<", "\\u003c");
    }

    private static String text(JsonNode value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON can be written", e);
        }
    }

    /** The JSON that a column holds; null where it holds none or something else. */
    static JsonNode parsed(String text) {
        try {
            return text == null ? NullNode.instance : MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return NullNode.instance;
        }
    }

    /** The row as an object, its columns under their names. */
    static ObjectNode row(ResultSet row) throws SQLException {
        ObjectNode all = object();
        ResultSetMetaData columns = row.getMetaData();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            put(all, columns.getColumnLabel(i), row.getObject(i));
        }
        return all;
    }

    private static void put(ObjectNode to, String name, Object value) {
        if (value instanceof Integer || value instanceof Long) {
            to.put(name, ((Number) value).longValue());
        } else if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            to.put(name, number.doubleValue());
        } else if (value instanceof String text) {
            cut(to, name, text);
        } else {
            to.putNull(name);
        }
    }

    /** Puts a text, its beginning where it is too long; then {@code cut} says how long it is in all. */
    private static void cut(ObjectNode to, String name, String text) {
        to.put(name, Utf8.wellFormed(Utf8.first(text, LONGEST_TEXT)));
        if (text.length() > LONGEST_TEXT) {
            to.withObjectProperty("cut").put(name, text.length());
        }
    }

    /** Adds a number, null where there is none or it is not finite. */
    static void add(ArrayNode to, ResultSet row, int column) throws SQLException {
        double value = row.getDouble(column);
        if (row.wasNull() || !Double.isFinite(value)) {
            to.addNull();
        } else {
            to.add(value);
        }
    }
}
