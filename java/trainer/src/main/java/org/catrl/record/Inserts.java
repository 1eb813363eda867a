package org.catrl.record;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.catrl.text.Utf8;

/**
 * Rows put into tables, whose statements are prepared once. Values are bound by their Java types; what is no finite
 * number, or null, is NULL, and half a surrogate pair U+FFFD.
 */
final class Inserts {
    private final Connection connection;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();

    Inserts(Connection connection) {
        this.connection = connection;
    }

    /** Puts a row into a table, its values in the order of the columns. */
    void row(String table, Object... values) throws SQLException {
        PreparedStatement statement = prepared(table, values.length);
        for (int i = 0; i < values.length; i++) {
            bind(statement, i + 1, values[i]);
        }
        statement.executeUpdate();
    }

    private PreparedStatement prepared(String table, int values) throws SQLException {
        PreparedStatement statement = prepared.get(table);
        if (statement == null) {
            statement = connection.prepareStatement("INSERT OR REPLACE INTO " + table + " VALUES ("
                    + String.join(", ", Collections.nCopies(values, "?")) + ")");
            prepared.put(table, statement);
        }
        return statement;
    }

    private static void bind(PreparedStatement statement, int place, Object value) throws SQLException {
        if (value instanceof String text) {
            statement.setString(place, Utf8.wellFormed(text));
        } else if (value instanceof Double number && Double.isFinite(number)) {
            statement.setDouble(place, number);
        } else if (value instanceof Integer || value instanceof Long) {
            statement.setLong(place, ((Number) value).longValue());
        } else if (value instanceof Boolean yes) {
            statement.setInt(place, yes ? 1 : 0);
        } else if (value instanceof byte[] bytes) {
            statement.setBytes(place, bytes);
        } else if (value == null || value instanceof Double) {
            statement.setObject(place, null);
        } else {
            throw new IllegalArgumentException("a " + value.getClass().getName() + " has no column");
        }
    }
}
