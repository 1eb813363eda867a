package org.catrl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in the root, on a machine that lacks things: a PATH with nothing but the usual small tools. */
class LauncherTest {
    private static final Path LAUNCHER = Path.of("../../catrl");
    private static final List<String> TOOLS =
            List.of("bash", "env", "dirname", "readlink", "sed", "find", "mkdir", "touch", "tail", "cat");

    @TempDir
    Path home;

    private final Map<String, String> environment = new HashMap<>();

    @Test
    void namesEveryPackageThatIsMissing() throws Exception {
        Result result = run();
        assertEquals(7, result.code, result.text);
        assertTrue(result.text.contains("apt-get install openjdk-17-jdk-headless"), result.text);
        assertTrue(result.text.contains("Maven (mvn) is missing; on Debian: apt-get install maven"), result.text);
        assertTrue(result.text.contains("a C++ compiler (g++) is missing; on Debian: apt-get install g++"),
                result.text);
    }

    @Test
    void anOldJavaIsMissingToo() throws Exception {
        tool("java", "echo 'openjdk version \"11.0.2\" 2019' >&2");
        tool("javac", "echo javac 11.0.2");
        tool("mvn", "true");
        tool("g++", "true");
        Result result = run();
        assertEquals(7, result.code, result.text);
        assertTrue(result.text.startsWith("catrl: Java 17 or newer (found: 11) is missing"), result.text);
    }

    @Test
    void buildsOnceThenPassesArgumentsAndTheExitCode() throws Exception {
        tool("java", "[ $1 = -version ] && echo 'openjdk version \"21\"' && exit; "
                + "for last; do :; done; echo ran:$last; exit 4");
        tool("javac", "echo javac 21");
        tool("g++", "true");
        tool("mvn", "mkdir -p java/trainer/target/lib; touch java/trainer/target/catrl-0.1.0.jar");
        Result first = run();
        assertTrue(first.text.contains("building") && first.text.contains("ran:two words"), first.text);
        assertEquals(4, first.code);
        Result second = run();
        assertEquals("ran:two words\n", second.text);
        Files.setLastModifiedTime(home.resolve("pom.xml"),
                java.nio.file.attribute.FileTime.fromMillis(System.currentTimeMillis() + 5000));
        assertTrue(run().text.contains("building"), "a newer source must be built");
    }

    @Test
    void aFailedBuildSaysWhatMavenSaid() throws Exception {
        tool("java", "echo 'openjdk version \"17.0.1\"'");
        tool("javac", "echo javac 17.0.1");
        tool("g++", "true");
        tool("mvn", "echo no network; exit 1");
        Result result = run();
        assertEquals(7, result.code);
        assertTrue(result.text.contains("no network") && result.text.contains("the build failed"), result.text);
    }

    @Test
    void aBundleRunsOnItsOwnRuntimeAndBuildsNothing() throws Exception {
        Path runtime = Files.createDirectories(home.resolve("runtime/bin"));
        script(runtime.resolve("java"), "for last; do :; done; echo \"$*\" | sed 's/.*-cp//'; exit 4");
        Result result = run();
        assertEquals(4, result.code, result.text);
        assertEquals(" " + home.toRealPath() + "/lib/* org.catrl.cli.Main train two words\n", result.text);
        assertTrue(run("bench", "gpu", "x").text.endsWith("/lib/* org.catrl.bench.Gpu x\n"));
        assertTrue(run("bench", "Linear").text.endsWith("/lib/* org.openjdk.jmh.Main Linear\n"));
        assertTrue(run("bench", "--help").text.endsWith(" org.catrl.cli.Main bench --help\n"));
    }

    @Test
    void classesOfTheUsersOwnStandBehindCatrls() throws Exception {
        Path runtime = Files.createDirectories(home.resolve("runtime/bin"));
        script(runtime.resolve("java"), "echo \"$*\"");
        Path own = Files.createDirectories(home.resolve("my classes"));
        Path jar = Files.createFile(home.resolve("more.jar"));
        String text = run("train", "--classpath", own + ":" + jar, "x", "--set", "a=b c").text;
        assertTrue(text.endsWith("/lib/*:" + own + ":" + jar + " org.catrl.cli.Main train x --set a=b c\n"), text);
        assertTrue(text.contains("--enable-native-access=ALL-UNNAMED "), text);
        environment.put("CATRL_CLASSPATH", own.toString());
        text = run("--classpath=" + jar, "train").text;
        assertTrue(text.endsWith("/lib/*:" + own + ":" + jar + " org.catrl.cli.Main train\n"), text);
        assertTrue(run("train").text.endsWith("/lib/*:" + own + " org.catrl.cli.Main train\n"));
        Result missing = run("train", "--classpath", "/no/such.jar");
        assertEquals(2, missing.code);
        assertEquals("catrl: --classpath: /no/such.jar is not there; it must be a folder of classes or a jar\n",
                missing.text);
        assertEquals(2, run("train", "--classpath").code);
    }

    @Test
    void cublasIsLookedForWhereTheUserSaysAndPassedOn() throws Exception {
        Path runtime = Files.createDirectories(home.resolve("runtime/bin"));
        script(runtime.resolve("java"), "echo \"$*\"; echo path:$LD_LIBRARY_PATH");
        Path cuda = Files.createDirectories(home.resolve("toolkit/lib64"));
        environment.put("CATRL_CUDA_PATH", home.resolve("toolkit").toString());
        assertFalse(run().text.contains(cuda.toString()), "there is no cuBLAS in it yet");
        Files.createFile(cuda.resolve("libcublas.so.13"));
        String text = run().text;
        assertTrue(text.contains("-Dorg.bytedeco.javacpp.platform.preloadpath=" + cuda + " "), text);
        assertTrue(text.endsWith("path:" + cuda + "\n"), text);
        environment.clear();
        environment.put("CUDA_HOME", home.resolve("toolkit").toString());
        assertEquals(text, run().text);
    }

    private record Result(int code, String text) { }

    private Result run() throws IOException, InterruptedException {
        return run("train", "two words");
    }

    private Result run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(project().resolve("catrl").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true).directory(Files.createTempDirectory(home, "elsewhere").toFile());
        builder.environment().keySet().removeAll(List.of("JAVA_HOME", "CXX", "CUDA_HOME", "CATRL_CUDA_PATH",
                "LD_LIBRARY_PATH", "CATRL_CLASSPATH"));
        builder.environment().putAll(environment);
        builder.environment().put("PATH", bin().toString());
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), text);
    }

    private Path project() throws IOException {
        Path launcher = home.resolve("catrl");
        if (!Files.exists(launcher)) {
            Files.copy(LAUNCHER, launcher, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            for (String folder : List.of("native", "cuda", "java/trainer/src/main")) {
                Files.createDirectories(home.resolve(folder));
            }
            Files.createFile(home.resolve("pom.xml"));
            Files.createFile(home.resolve("java/trainer/pom.xml"));
        }
        return home;
    }

    private Path bin() throws IOException {
        Path bin = Files.createDirectories(home.resolve("bin"));
        for (String tool : TOOLS) {
            if (!Files.exists(bin.resolve(tool))) {
                script(bin.resolve(tool), "exec " + real(tool) + " \"$@\"");
            }
        }
        return bin;
    }

    private void tool(String name, String script) throws IOException {
        script(bin().resolve(name), script);
    }

    private static void script(Path file, String script) throws IOException {
        Files.writeString(file, "#!" + real("bash") + "\n" + script + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }

    private static Path real(String tool) {
        return Stream.of("/usr/bin", "/bin").map(folder -> Path.of(folder, tool)).filter(Files::exists).findFirst()
                .orElseThrow(() -> new IllegalStateException(tool + " is not on this machine"));
    }
}
