package org.catrl.report;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** A request as it goes over the wire, headers as they are told: no client mends it. */
record Request(int status, String headers, String body) {
    static Request get(URI server, String path, String... headers) throws IOException {
        return send(server, "GET " + path + " HTTP/1.1", "Host: " + server.getAuthority(), headers);
    }

    static Request send(URI server, String line, String host, String... headers) throws IOException {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(20_000);
            String all = line + "\r\n" + (host.isEmpty() ? "" : host + "\r\n")
                    + String.join("", Arrays.stream(headers).map(header -> header + "\r\n").toList())
                    + "Connection: close\r\n\r\n";
            socket.getOutputStream().write(all.getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int end = answer.indexOf("\r\n\r\n");
            return new Request(Integer.parseInt(answer.split(" ")[1]),
                    answer.substring(0, end).toLowerCase(Locale.ROOT), answer.substring(end + 4));
        }
    }
}
