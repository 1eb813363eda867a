package org.catrl.setting;

import java.util.regex.Pattern;

/** What may be secret in the addresses that a message quotes. */
public final class Secrets {
    private static final String HIDDEN = "[hidden]";
    /** A user or a password between scheme and host. */
    private static final Pattern USER = Pattern.compile("(?<=://)[^\\s\"']*@");
    /** A user and a password where the scheme is forgotten. */
    private static final Pattern BARE_USER = Pattern.compile("[^\\s\"'=/:@]++:[^\\s\"'/:@]++@");
    /** A query or a fragment. */
    private static final Pattern QUERY = Pattern.compile("(://[^\\s\"'?#]*+)[?#][^\\s\"']*+");

    private Secrets() { }

    /** A message in whose addresses neither user, password, query nor fragment can be read. */
    public static String hiddenIn(String message) {
        String plain = BARE_USER.matcher(USER.matcher(message).replaceAll(HIDDEN + "@")).replaceAll(HIDDEN + "@");
        return QUERY.matcher(plain).replaceAll("$1?" + HIDDEN);
    }
}
