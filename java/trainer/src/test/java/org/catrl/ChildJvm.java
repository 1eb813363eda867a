package org.catrl;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A process of Java with the classes of this one, tests among them. */
public final class ChildJvm {
    private ChildJvm() { }

    /** The command line that runs a class's main. */
    public static List<String> command(Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classPath(), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The class path of this process, whoever has started it. */
    private static String classPath() {
        return ChildJvm.class.getClassLoader() instanceof URLClassLoader urls ? Arrays.stream(urls.getURLs())
                .map(URL::getPath).collect(Collectors.joining(File.pathSeparator))
                : System.getProperty("java.class.path");
    }
}
