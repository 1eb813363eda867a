package org.catrl.text.jinja;

import java.util.AbstractList;
import java.util.RandomAccess;

/** Python's range: whole numbers in even steps, none of them stored. */
final class Range extends AbstractList<Object> implements RandomAccess {
    private static final int LONGEST = 100_000;

    private final long start;
    private final long stop;
    private final long step;
    private final int size;

    /** The range from start to before stop. @throws JinjaException for step 0 and for more than 100,000 numbers */
    Range(long start, long stop, long step) {
        this.start = start;
        this.stop = stop;
        this.step = step;
        if (step == 0) {
            throw new JinjaException(this + ": the step is 0");
        }
        double count = Math.ceil(((double) stop - start) / step);
        if (count > LONGEST) {
            throw new JinjaException(this + " is more than " + LONGEST + " numbers");
        }
        this.size = (int) Math.max(0, count);
    }

    @Override
    public Object get(int index) {
        return start + index * step;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public String toString() {
        return "range(" + start + ", " + stop + (step == 1 ? "" : ", " + step) + ")";
    }
}
