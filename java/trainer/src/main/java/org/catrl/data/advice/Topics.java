package org.catrl.data.advice;

import java.util.ArrayList;
import java.util.List;

/** All there is to know about house plants here. */
public final class Topics {
    private static final String[][] TABLE = {
        {"dry soil", "the soil is dry", "the earth feels dry", "water it daily", "give it water every day",
            "let it dry out"},
        {"wet soil", "the soil is soggy", "water stands in the pot", "water it less", "let the soil dry first",
            "water it more"},
        {"pale leaves", "the leaves are pale", "the leaves lose colour", "move it to the light", "give it more sun",
            "move it to the dark"},
        {"burnt leaves", "the leaves are burnt", "the sun burns the leaves", "move it to the shade", "give it less sun",
            "move it to the south"},
        {"a small pot", "the pot is too small", "roots grow out of the pot", "give it a larger pot",
            "repot it in spring", "cut all the roots"},
        {"lice", "there are lice on it", "small green insects sit on it", "wash it with soap",
            "spray it with soap water", "pour hot water on it"},
        {"snails", "snails eat it", "the leaves have big holes", "put sand around it", "pick the snails off at night",
            "put salt on the soil"},
        {"a cold window", "it stands at a cold window", "the window is cold in winter", "move it to a warm place",
            "keep it away from the window", "open the window"},
        {"dry air", "the air is dry", "the heater dries the air", "spray the leaves with water",
            "put a bowl of water beside it", "turn on a fan"},
        {"no flowers", "it has no flowers", "it does not bloom", "feed it in spring", "give it plant food",
            "cut the buds"},
        {"old flowers", "the flowers are old", "flowers fade on it", "cut the old flowers", "take off what has faded",
            "leave the old flowers on"},
        {"long stems", "the stems are long and thin", "it grows tall and thin", "cut the stems back",
            "make the stems shorter", "tie the stems up"},
        {"dust", "dust lies on the leaves", "the leaves are dusty", "wipe the leaves", "shower it gently",
            "rub oil on it"},
        {"hard water", "our water is hard", "the water leaves white marks", "use rain water",
            "let the water stand a day", "use more hard water"},
        {"a holiday", "we travel for two weeks", "nobody is at home in june", "ask a friend to water it",
            "put a wick in the soil", "flood the pot before"},
        {"the cat", "a cat chews on it", "my cat bites the leaves", "hang it up high", "keep the cat away",
            "spray the cat"},
        {"mould", "there is mould on the soil", "white mould covers the earth", "take off the top soil",
            "change the soil", "cover the mould with sand"},
        {"wind", "strong wind shakes it", "the wind bends it", "tie it to a stick", "put it near a wall",
            "leave it in the wind"},
        {"frost", "frost is coming", "the night will be frosty", "bring it inside", "wrap the pot",
            "water it at night"},
        {"a new plant", "i bought it today", "it is new", "keep it apart first", "give it time to settle",
            "repot it at once"},
        {"seedlings", "many seedlings stand close", "the seedlings are crowded", "thin the seedlings out",
            "plant the seedlings apart", "leave the seedlings close"},
        {"heavy soil", "the soil is heavy clay", "the earth is hard as clay", "mix sand into the soil",
            "loosen the soil", "press the soil down"},
        {"weeds", "weeds grow around it", "there are weeds beside it", "pull the weeds", "cover the soil with bark",
            "let the weeds grow"},
        {"leaning", "it leans to one side", "it grows to the window", "turn the pot every week",
            "turn it a little daily", "bend it back"},
    };

    /** Every topic, in a fixed order: a topic's id is its place. */
    public static final List<Topic> ALL = read();

    private Topics() { }

    private static List<Topic> read() {
        List<Topic> topics = new ArrayList<>();
        for (String[] row : TABLE) {
            topics.add(new Topic(topics.size(), row[0], List.of(row[1], row[2]), List.of(row[3], row[4]), row[5]));
        }
        return List.copyOf(topics);
    }
}
