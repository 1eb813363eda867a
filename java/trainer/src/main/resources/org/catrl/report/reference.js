// What the rollouts of a group were held against, and what the vote says; where they differ.
import {el} from "./dom.js";
import {figure} from "./format.js";
import {modelText} from "./text.js";

const MOST_ANSWERS = 12;
const LONGEST_ANSWER = 200;

/** Whether the reference teaches an answer that reads otherwise than the vote's; false where either has none. */
export function differs(group) {
  return hasAnswers(group) && group.majority !== null && plain(group.answer) !== plain(group.majority);
}

/** Whether an answer is taught that is not the whole text. */
function hasAnswers(group) {
  const texts = group.attempts ? group.attempts.some(attempt => attempt.text_is_answer) : group.text_is_answer;
  return group.answer !== null && !texts;
}

function plain(answer) {
  return answer.replace(/\s+/g, " ").trim();
}

/** The answers of a group with how many rollouts give each, the commonest first. */
export function votes(group) {
  const counts = new Map();
  for (const attempt of group.attempts.filter(one => one.answer !== null)) {
    const answer = plain(attempt.answer);
    counts.set(answer, (counts.get(answer) || 0) + 1);
  }
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
  const sure = group.confidence !== null && group.confidence < 0.9995 ? "confidence " + figure(group.confidence) : null;
  const notes = [group.source, sure].filter(note => note).map(note => el("span", {class: "by"}, note));
  const shown = hasAnswers(group) ? [...marks, {find: group.answer, kind: "answer", last: true}] : marks;
  const text = modelText(group.reference, {marks: shown, whole: group.cut?.reference, label: "reference"});
  return el(
    "section",
    {class: "panel reference"},
    el("h3", {}, "Pseudo-reference", notes),
    group.abstained !== null ? el("p", {class: "warn-text"}, "abstained: " + group.abstained) : text,
    hasAnswers(group)
      ? el("p", {class: "taught"}, "teaches ", spelled(group.answer, rival(group, group.majority)))
      : null,
    rubric(group)
  );
}

/** The answer that an answer is compared with, letter by letter; null where both say the same. */
function rival(group, other) {
  return differs(group) ? other : null;
}

function vote(group, pick) {
  const counted = votes(group);
  if (!counted.length) {
    return null;
  }
  const without = group.attempts.filter(attempt => attempt.answer === null).length;
  const more = counted.length - MOST_ANSWERS;
  const badge = differs(group) ? el("span", {class: "badge warn"}, "says otherwise") : null;
  return el(
    "section",
    {class: "panel vote"},
    el("h3", {}, "Vote", badge),
    el(
      "ol",
      {class: "votes"},
      counted.slice(0, MOST_ANSWERS).map(one => el("li", {}, voted(group, one, pick)))
    ),
    more > 0 ? el("p", {class: "note"}, "and " + more + " more answers") : null,
    without ? el("p", {class: "note"}, "no answer in " + without) : null
  );
}

function voted(group, [answer, count], pick) {
  const taught = group.answer !== null && plain(group.answer) === answer;
  return el(
    "button",
    {type: "button", title: "show these rollouts", onclick: () => pick(answer)},
    el("span", {class: "bar", "--share": count / group.attempts.length}),
    el("span", {class: "count"}, count),
    spelled(answer, rival(group, group.answer)),
    taught ? el("span", {class: "badge good"}, "taught") : null
  );
}

/** An answer, with the characters that are not those of another one marked. */
function spelled(answer, other) {
  const letters = [...answer];
  const others = [...(other ?? "")];
  if (letters.length !== others.length || answer.length > LONGEST_ANSWER) {
    const long = answer.length > LONGEST_ANSWER;
    return el("code", {class: "answer-text"}, long ? answer.slice(0, LONGEST_ANSWER) + "…" : answer);
  }
  const pieces = letters.map((letter, i) => (letter === others[i] ? letter : el("mark", {class: "other"}, letter)));
  return el("code", {class: "answer-text"}, pieces);
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
  ];
  const title = "rubric: " + told.filter(text => text).join(", ");
  return el("details", {}, el("summary", {}, title), modelText(made.raw, {fold: false}));
}
