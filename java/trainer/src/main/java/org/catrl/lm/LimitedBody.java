package org.catrl.lm;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** A reply's bytes, up to a limit: more is an error or is left out, not memory. */
final class LimitedBody implements HttpResponse.BodySubscriber<byte[]> {
    /** A reply of more bytes than anybody reads. */
    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1;

        TooLargeException(int limit) {
            super("it has more than " + limit + " bytes");
        }
    }

    private final HttpResponse.BodySubscriber<byte[]> bytes = HttpResponse.BodySubscribers.ofByteArray();
    private final int limit;
    private final boolean cut;
    private long received;
    private Flow.Subscription subscription;

    /**
     * A body that nothing of has come yet.
     *
     * @param limit in bytes
     * @param cut   whether what comes beyond is left out; otherwise it makes the body an error
     */
    LimitedBody(int limit, boolean cut) {
        this.limit = limit;
        this.cut = cut;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return bytes.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        bytes.onSubscribe(given);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        received += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
        if (received <= limit) {
            bytes.onNext(buffers);
            return;
        }
        subscription.cancel();
        if (cut) {
            bytes.onComplete();
        } else {
            bytes.onError(new TooLargeException(limit));
        }
    }

    @Override
    public void onError(Throwable error) {
        bytes.onError(error);
    }

    @Override
    public void onComplete() {
        if (received <= limit) {
            bytes.onComplete();
        }
    }
}
