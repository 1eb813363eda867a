package org.catrl.compute.reference;

import org.catrl.compute.Buffer;
import org.catrl.compute.DecodeState;

/** One token of every row that is still decoding. */
final class ReferenceDecode {
    private final DecodeState state;

    ReferenceDecode(DecodeState state) {
        this.state = state;
    }

    private static ReferenceBuffer at(Buffer buffer) {
        return (ReferenceBuffer) buffer;
    }

    void advance(ReferenceBuffer ids, ReferenceBuffer logp) {
        for (int r = 0; r < state.count(); r++) {
            if (at(state.left()).integer(r) > 0 && record(r, ids.integer(r), logp.get(r))) {
                at(state.inputIds()).integer(r, ids.integer(r));
                increment(state.positions(), r);
                increment(state.counters(), 4L * r + 3);
            }
        }
    }

    /** True when the row draws another token. */
    private boolean record(int r, int id, double logp) {
        int taken = at(state.record().taken()).integer(r);
        if (taken < 0 || taken >= state.record().capacity()) {
            throw new IllegalArgumentException("advance: taken[" + r + "] is " + taken + ", outside [0, "
                    + state.record().capacity() + ")");
        }
        long slot = (long) taken * state.count() + r;
        at(state.record().ids()).integer(slot, id);
        at(state.record().logp()).set(slot, logp);
        increment(state.record().taken(), r);
        int left = stops(r, id) ? 0 : at(state.left()).integer(r) - 1;
        at(state.left()).integer(r, left);
        return left > 0;
    }

    private boolean stops(int r, int id) {
        for (int i = at(state.stopFrom()).integer(r); i < at(state.stopFrom()).integer(r + 1); i++) {
            if (at(state.stops()).integer(i) == id) {
                return true;
            }
        }
        return false;
    }

    private static void increment(Buffer buffer, long i) {
        at(buffer).integer(i, at(buffer).integer(i) + 1);
    }
}
