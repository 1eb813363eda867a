package org.catrl.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The page: one HTML file with its styles and scripts in it. Its policy lets these run and nothing else: no other
 * script, no other style, no picture, and of the network what it is allowed by name.
 */
final class Page {
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final List<String> STYLES = List.of("base.css", "runs.css", "curves.css", "evidence.css");

    private final String styles;
    private final String scripts;

    Page() {
        styles = read(UPLOT + "uPlot.min.css") + STYLES.stream().map(Page::own).collect(Collectors.joining());
        scripts = "\"use strict\";\n" + read(UPLOT + "uPlot.iife.min.js") + Scripts.from("app", Page::own);
    }

    private static String own(String name) {
        return read("/org/catrl/report/" + name);
    }

    private static String read(String resource) {
        try (InputStream stream = Page.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("the page's " + resource + " is not on the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the page's " + resource + " cannot be read", e);
        }
    }

    /**
     * The whole page.
     *
     * @param title of the window
     * @param data  JSON as it may stand within a script element; empty = the page asks the server that sent it
     */
    String html(String title, String data) {
        return own("page.html")
                .replace("{policy}", policy(data.isEmpty()))
                .replace("{title}", escaped(title))
                .replace("{styles}", styles)
                .replace("{scripts}", scripts)
                .replace("{data}", data);
    }

    /** The Content-Security-Policy. @param live whether the page may ask the server that sent it */
    String policy(boolean live) {
        return "default-src 'none'; script-src '" + hash(scripts) + "'; style-src '" + hash(styles) + "'; base-uri "
                + "'none'; form-action 'none'" + (live ? "; connect-src 'self'" : "");
    }

    private static String hash(String content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
