package org.catrl.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A headless Chromium, where the machine has one. */
final class Chromium {
    private final Path program;
    private final Path profile;

    /** What a page came to. @param dom as markup; log: what it complained of */
    record Seen(String dom, String log) { }

    private Chromium(Path program, Path profile) {
        this.program = program;
        this.profile = profile;
    }

    static Optional<Chromium> find(Path profile) {
        return Stream.of("chromium", "chromium-browser", "google-chrome").flatMap(name ->
                        Stream.of(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable).findFirst().map(program -> new Chromium(program, profile));
    }

    /** The page at an address after its scripts have run. */
    Seen open(String address, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--headless=new", "--disable-gpu",
                "--no-first-run", "--user-data-dir=" + profile, "--window-size=1400,1000",
                "--virtual-time-budget=4000", "--enable-logging=stderr", "--dump-dom"));
        if (System.getProperty("user.name").equals("root")) {
            command.add("--no-sandbox"); // it refuses root otherwise
        }
        command.addAll(List.of(more));
        command.add(address);
        Path dom = Files.createTempFile("dom", ".html");
        Path log = Files.createTempFile("log", ".txt");
        Process process = new ProcessBuilder(command).redirectOutput(dom.toFile()).redirectError(log.toFile()).start();
        try {
            if (!process.waitFor(90, TimeUnit.SECONDS)) {
                throw new IllegalStateException("Chromium does not come to an end");
            }
            return new Seen(Files.readString(dom), new String(Files.readAllBytes(log), StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
            Files.delete(dom);
            Files.delete(log);
        }
    }
}
