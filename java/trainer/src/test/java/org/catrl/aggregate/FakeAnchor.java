package org.catrl.aggregate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.catrl.flow.Usage;
import org.catrl.lm.Batcher;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.Pending;
import org.catrl.lm.Query;
import org.catrl.lm.Reply;

/** An anchor that answers by a function and remembers what it was asked; a token is a character. */
final class FakeAnchor implements LanguageModel {
    final List<Query> asked = new ArrayList<>();
    int calls;
    private final int maxPositions;
    private final Function<String, String> answer;
    private final Batcher<Query, Reply> queries = new Batcher<>(this::answers);

    FakeAnchor(int maxPositions, Function<String, String> answer) {
        this.maxPositions = maxPositions;
        this.answer = answer;
    }

    @Override
    public Pending<Reply> ask(Query query) {
        return query.text().length() + query.sampling().maxCompletionLength() > maxPositions
                ? Pending.of(new Reply.Unanswered("too long", Usage.ONE_CALL)) : queries.submit(query);
    }

    private List<Reply> answers(List<Query> batch) {
        asked.addAll(batch);
        calls++;
        return batch.stream().map(query -> Rollouts.reply(answer.apply(query.text()))).toList();
    }

    @Override
    public int tokens(String text) {
        return text.length();
    }

    @Override
    public int maxPositions() {
        return maxPositions;
    }
}
