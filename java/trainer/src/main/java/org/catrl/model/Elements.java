package org.catrl.model;

import org.catrl.compute.Buffer;
import org.catrl.compute.HostCopy;

/** F32 elements that are read window by window, wherever they lie. */
interface Elements {
    /** How many there are. */
    long length();

    /** Copies elements out. */
    void read(long offset, float[] into, int from, int count);

    /** Some of them, in a row. */
    default Elements slice(long begin, long count) {
        Elements whole = this;
        return new Elements() {
            @Override
            public long length() {
                return count;
            }

            @Override
            public void read(long offset, float[] into, int from, int wanted) {
                whole.read(begin + offset, into, from, wanted);
            }
        };
    }

    /** Some columns of a matrix that these are the rows of. @param width elements of a row */
    default Elements columns(int width, int first, int count) {
        Elements rows = this;
        return new Elements() {
            @Override
            public long length() {
                return rows.length() / width * count;
            }

            @Override
            public void read(long offset, float[] into, int from, int wanted) {
                long firstRow = offset / count;
                long endRow = (offset + wanted + count - 1) / count;
                float[] window = new float[(int) (endRow - firstRow) * width];
                rows.read(firstRow * width, window, 0, window.length);
                for (int i = 0; i < wanted; i++) {
                    long element = offset + i;
                    into[from + i] = window[(int) (element / count - firstRow) * width + first
                            + (int) (element % count)];
                }
            }
        };
    }

    /** The elements of a buffer. */
    static Elements of(Buffer buffer) {
        return new Elements() {
            @Override
            public long length() {
                return buffer.length();
            }

            @Override
            public void read(long offset, float[] into, int from, int count) {
                buffer.read(offset, into, from, count);
            }
        };
    }

    /** The elements of a copy, which any thread may read. */
    static Elements of(HostCopy copy) {
        return new Elements() {
            @Override
            public long length() {
                return copy.length();
            }

            @Override
            public void read(long offset, float[] into, int from, int count) {
                copy.read(offset, into, from, count);
            }
        };
    }
}
