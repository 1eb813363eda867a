// What the rollouts of a group were held against, and what the vote says; where they differ.
import {el} from "./dom.js";
import {figure} from "./format.js";
import {modelText} from "./text.js";

/** Whether the reference teaches another answer than the vote; false where either has none. */
export function differs(group) {
  return group.answer !== null && group.majority !== null && plain(group.answer) !== plain(group.majority);
}

function plain(answer) {
  return answer.replace(/\s+/g, " ").trim();
}

/** The answers of a group with how many rollouts give each, the commonest first. */
export function votes(group) {
  const counts = new Map();
  group.attempts
    .filter(attempt => attempt.answer !== null)
    .forEach(attempt => counts.set(plain(attempt.answer), (counts.get(plain(attempt.answer)) || 0) + 1));
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/** Whether a rollout gives an answer. */
export function gives(attempt, answer) {
  return attempt.answer !== null && answer !== null && plain(attempt.answer) === plain(answer);
}

/** The block of the reference beside that of the vote. */
export function referenceView(group, marks, pick) {
  return el("div", {class: "teaching"}, reference(group, marks), vote(group, pick));
}

function reference(group, marks) {
  const answer = group.answer !== null ? [{find: group.answer, kind: "answer"}] : [];
  return el(
    "section",
    {class: "panel reference"},
    el(
      "h3",
      {},
      "Pseudo-reference",
      el("span", {class: "by"}, group.source || ""),
      group.confidence !== null && group.confidence < 1
        ? el("span", {class: "by"}, "confidence " + figure(group.confidence))
        : null
    ),
    group.abstained !== null
      ? el("p", {class: "warn-text"}, "abstained: " + group.abstained)
      : modelText(group.reference, {marks: [...marks, ...answer], whole: group.cut?.reference, label: "reference"}),
    group.answer !== null
      ? el("p", {class: "taught"}, "teaches ", spelled(group.answer, differs(group) ? group.majority : null))
      : null,
    rubric(group)
  );
}

function vote(group, pick) {
  const counted = votes(group);
  const without = group.attempts.filter(attempt => attempt.answer === null).length;
  if (!counted.length) {
    return null;
  }
  return el(
    "section",
    {class: "panel vote"},
    el("h3", {}, "Vote", differs(group) ? el("span", {class: "badge warn"}, "says otherwise") : null),
    el(
      "ol",
      {class: "votes"},
      counted
        .slice(0, 12)
        .map(([answer, count]) =>
          el(
            "li",
            {},
            el(
              "button",
              {type: "button", title: "show these rollouts", onclick: () => pick(answer)},
              el("span", {class: "bar", "--share": count / group.attempts.length}),
              el("span", {class: "count"}, count),
              spelled(answer, differs(group) && group.answer !== null ? group.answer : null),
              group.answer !== null && plain(group.answer) === answer
                ? el("span", {class: "badge good"}, "taught")
                : null
            )
          )
        )
    ),
    counted.length > 12 ? el("p", {class: "note"}, "and " + (counted.length - 12) + " more answers") : null,
    without ? el("p", {class: "note"}, "no answer in " + without) : null
  );
}

/** An answer, with the characters that are not those of another one marked. */
export function spelled(answer, other) {
  const text = answer.length > 200 ? answer.slice(0, 200) + "…" : answer;
  if (other === null || other.length !== answer.length || text !== answer) {
    return el("code", {class: "answer-text"}, text);
  }
  return el(
    "code",
    {class: "answer-text"},
    [...text].map((letter, i) => (letter === [...other][i] ? letter : el("mark", {class: "other"}, letter)))
  );
}

function rubric(group) {
  const made = group.rubric;
  if (!made) {
    return null;
  }
  const told = [
    made.written + " criteria written",
    made.duplicates ? made.duplicates + " twice" : "",
    made.dropped ? made.dropped + " too many" : "",
    made.failed ? made.failed + " failed by the reference" : ""
  ]
    .filter(text => text)
    .join(", ");
  return el("details", {}, el("summary", {}, "rubric: " + told), modelText(made.raw, {fold: false}));
}
