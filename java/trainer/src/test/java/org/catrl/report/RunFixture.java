package org.catrl.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** A run's record written row by row, in the schema of the real one, for what tests want to see on the page. */
final class RunFixture implements AutoCloseable {
    static final double BEGUN = 1_780_000_000;
    private final Path folder;
    private final Connection connection;
    private int groups;

    private RunFixture(Path folder, Connection connection) {
        this.folder = folder;
        this.connection = connection;
    }

    /** A run in a folder that is made here, with the facts of a training run. */
    static RunFixture in(Path folder) throws IOException, SQLException {
        Files.createDirectories(folder);
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("run.db").toUri());
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA application_id = " + 0x63617472);
            statement.execute("PRAGMA user_version = 1");
            for (String each : schema().replaceAll("(?m)^--.*$", "").split(";")) {
                if (!each.isBlank()) {
                    statement.execute(each);
                }
            }
        }
        connection.setAutoCommit(false);
        RunFixture run = new RunFixture(folder, connection);
        run.fact("kind", "train").fact("name", "fixture").fact("seed", "1").fact("backend", "cpu (AVX-512, 2 threads)")
                .fact("version", "0.1.0").fact("sha256/weights", "ab".repeat(32))
                .fact("recipe", "name: fixture\nmax_steps: 40\nprompt_secret: hush-hush\nseed: 1\n");
        run.sql("INSERT INTO start (step, time, backend, why, version, host) VALUES (0, '2026-05-28T20:26:40Z', 'cpu', "
                + "NULL, '0.1.0', 'host')");
        return run;
    }

    private static String schema() throws IOException {
        try (InputStream stream = RunFixture.class.getResourceAsStream("/org/catrl/record/run.sql")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    RunFixture fact(String name, String value) {
        return sql("INSERT OR REPLACE INTO fact VALUES (?, ?)", name, value);
    }

    RunFixture step(int step) {
        for (String stage : new String[] {"rollout", "aggregate", "reward", "update"}) {
            sql("INSERT INTO stage VALUES (?, ?, ?, ?, ?, ?)", step, stage, 0.2 + 0.1 * stage.length(), 16, 900, 400);
        }
        return sql("INSERT INTO step VALUES (?, ?, ?)", step, BEGUN + 3.0 * step, 2.5);
    }

    RunFixture metric(int step, String name, Double value) {
        return sql("INSERT INTO metric VALUES (?, ?, ?)", step, name, value);
    }

    RunFixture event(int step, String kind, String message) {
        return sql("INSERT INTO event (step, time, kind, message) VALUES (?, ?, ?, ?)", step, BEGUN + 3.0 * step, kind,
                message);
    }

    RunFixture evaluation(int step, String name, String metrics) {
        return sql("INSERT INTO evaluation (step, name, metrics) VALUES (?, ?, ?)", step, name, metrics);
    }

    /** A whole group without rollouts; gives its id. */
    int group(int step, int position, String prompt, String reference, String answer, String majority) {
        groups++;
        sql("INSERT INTO sampled_group (id, step, position, prompt_id, prompt, whole, weights_version, reference, "
                + "answer, source, confidence, weights, majority) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, 'synthesis', 1, "
                + "'[]', ?)", groups, step, position, 100 * step + position, prompt, step, reference, answer, majority);
        return groups;
    }

    RunFixture rubric(int group, String rubric, String... criteria) {
        for (int i = 0; i < criteria.length; i++) {
            sql("INSERT INTO criterion VALUES (?, ?, 'rubric', ?, 1, 0, 1, 1, 'yes, it does')", group, i, criteria[i]);
        }
        return sql("UPDATE sampled_group SET rubric = ? WHERE id = ?", rubric, group);
    }

    RunFixture rollout(int group, int position, String text, String answer, Double reward) {
        return sql("INSERT INTO rollout VALUES (?, ?, ?, 'stop_token', ?, NULL, NULL, ?, 0, NULL, ?, ?, 1, ?)", group,
                position, text, text == null ? 9 : text.length(), answer, reward, reward == null ? 0 : 2 * reward - 1,
                reward == null ? null : "answer " + answer);
    }

    RunFixture part(int group, int rollout, int position, String name, double weight, Double value) {
        return sql("INSERT INTO part VALUES (?, ?, ?, ?, ?, ?, ?)", group, rollout, position, name, weight, value,
                "evidence of " + name);
    }

    RunFixture verdict(int group, int rollout, int criterion, Boolean met, String reply) {
        return sql("INSERT INTO verdict VALUES (?, ?, ?, ?, ?, ?, 1, 0.1)", group, rollout, criterion,
                met == null ? null : met ? 1 : 0, reply, met == null ? "timeout" : null);
    }

    RunFixture sql(String sql, Object... values) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.executeUpdate();
            return this;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What has been written so far can be read; the run is being written until it is closed. */
    RunFixture commit() throws SQLException {
        connection.commit();
        return this;
    }

    Path folder() {
        return folder;
    }

    @Override
    public void close() throws SQLException {
        connection.commit();
        connection.close();
    }
}
