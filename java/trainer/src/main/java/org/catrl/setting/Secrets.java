package org.catrl.setting;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What may be secret in the addresses that a message quotes. */
public final class Secrets {
    private static final String HIDDEN = "[hidden]";
    private static final String SCHEME_END = "://";
    /** What may be an address: a run without white space and quotes. Every pattern here is linear. */
    private static final Pattern WORD = Pattern.compile("[^\\s\"']++");
    /** A user and a password where the scheme is forgotten. */
    private static final Pattern BARE_USER = Pattern.compile("(?<![^\\s\"'=/:@])[^\\s\"'=/:@]++:[^\\s\"'/:@]++@");

    private Secrets() { }

    /** A message in whose addresses neither user, password, query nor fragment can be read. */
    public static String hiddenIn(String message) {
        return WORD.matcher(message).replaceAll(word -> Matcher.quoteReplacement(hidden(word.group())));
    }

    private static String hidden(String word) {
        int scheme = word.indexOf(SCHEME_END);
        String user = scheme < 0 ? word : withoutUser(word, scheme + SCHEME_END.length());
        String bare = BARE_USER.matcher(user).replaceAll(HIDDEN + "@");
        return scheme < 0 ? bare : withoutQuery(bare, bare.indexOf(SCHEME_END) + SCHEME_END.length());
    }

    /** The address without what stands between the scheme's end and the last @. */
    private static String withoutUser(String address, int from) {
        int at = address.lastIndexOf('@');
        return at < from ? address : address.substring(0, from) + HIDDEN + address.substring(at);
    }

    /** The address without its query or fragment, and all behind it. */
    private static String withoutQuery(String address, int from) {
        int end = from;
        while (end < address.length() && "?#".indexOf(address.charAt(end)) < 0) {
            end++;
        }
        return end == address.length() ? address : address.substring(0, end) + "?" + HIDDEN;
    }
}
