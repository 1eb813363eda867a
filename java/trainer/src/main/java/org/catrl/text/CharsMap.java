package org.catrl.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;

/**
 * The precompiled_charsmap of a SentencePiece normaliser: a trie over bytes (a double array, as Darts lays it out), and
 * the texts that its leaves point to. The library follows its offsets unchecked, so all within reach are checked here.
 */
final class CharsMap {
    private final int[] units;
    private final byte[] texts;

    private CharsMap(int[] units, byte[] texts) {
        this.units = units;
        this.texts = texts;
    }

    /** What is wrong with a map in base 64, or null. */
    static String complaint(String base64) {
        ByteBuffer bytes;
        try {
            bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IllegalArgumentException e) {
            return "is not base 64: " + e.getMessage();
        }
        long length = bytes.remaining() < 4 ? 0 : Integer.toUnsignedLong(bytes.getInt());
        if (length == 0 || length % 4 != 0 || length > bytes.remaining()) {
            return "says its trie has " + length + " bytes; it must be a multiple of 4 that the map holds";
        }
        int[] units = new int[(int) length / 4];
        bytes.asIntBuffer().get(units);
        byte[] texts = new byte[bytes.remaining() - (int) length];
        bytes.position(bytes.position() + (int) length).get(texts);
        return new CharsMap(units, texts).walk() ? null : "holds a trie that leads out of itself";
    }

    /** Whether every step from the root, whatever byte comes, stays within the map. */
    private boolean walk() {
        BitSet seen = new BitSet();
        Deque<Integer> open = new ArrayDeque<>();
        open.push(offset(units[0]));
        while (!open.isEmpty()) {
            int state = open.pop();
            if ((state | 0xff) >= units.length) {
                return false;
            }
            for (int next = 1; next < 256 && !seen.get(state); next++) {
                int unit = units[state ^ next];
                if ((unit & 0x800000ff) == next) {
                    int child = state ^ next ^ offset(unit);
                    if ((unit >> 8 & 1) == 1 && !isText(child)) {
                        return false;
                    }
                    open.push(child);
                }
            }
            seen.set(state);
        }
        return true;
    }

    private static int offset(int unit) {
        return unit >>> 10 << ((unit & 1 << 9) >>> 6);
    }

    /** Whether the value of a leaf is where a text begins: within them, and not amid a character. */
    private boolean isText(int leaf) {
        int value = leaf >= 0 && leaf < units.length ? units[leaf] & 0x7fffffff : Integer.MAX_VALUE;
        return value == texts.length || value < texts.length && (texts[value] & 0xc0) != 0x80;
    }
}
