// What a model wrote: folded where it is long, with what is looked for in it marked.
import {el, visible} from "./dom.js";

const FOLD_LINES = 14;
const FOLD_LENGTH = 900;

/** The text in pieces, what is found in it marked: everywhere, or where it stands last alone. */
function marked(text, marks) {
  const spans = marks.flatMap(({find, kind, last}) =>
    places(text, find)
      .slice(last ? -1 : 0)
      .map(from => ({from, to: from + find.length, kind}))
  );
  const pieces = [];
  let done = 0;
  for (const {from, to, kind} of spans.sort((a, b) => a.from - b.from)) {
    if (from >= done) {
      pieces.push(text.slice(done, from), el("mark", {class: kind}, text.slice(from, to)));
      done = to;
    }
  }
  return [...pieces, text.slice(done)];
}

/** Where a text stands in another, whatever the case of its letters. */
function places(text, find) {
  const [lower, wanted] = [text.toLowerCase(), find.toLowerCase()];
  const all = [];
  let at = wanted && lower.length === text.length ? lower.indexOf(wanted) : -1;
  while (at >= 0) {
    all.push(at);
    at = lower.indexOf(wanted, at + wanted.length);
  }
  return all;
}

/** A block of a model's text, folded where it is long; whole: its length where the page holds only the beginning. */
export function modelText(text, {marks = [], whole = 0, fold = true, label = "text"} = {}) {
  if (text === null || text === undefined) {
    return el("p", {class: "none"}, "not kept");
  }
  if (text === "") {
    return el("p", {class: "none"}, "empty");
  }
  const block = el("div", {class: "model-text", dir: "auto"}, marked(visible(text), marks));
  const note = whole
    ? el("p", {class: "note"}, "cut here: " + whole.toLocaleString("en") + " characters in all, the rest is in run.db")
    : null;
  const long = text.length > FOLD_LENGTH || text.split("\n", FOLD_LINES + 1).length > FOLD_LINES;
  return fold && long ? folded(block, note, text.length, label) : el("div", {}, block, note);
}

function folded(block, note, length, label) {
  block.classList.add("folded");
  const more = el(
    "button",
    {
      type: "button",
      class: "more",
      "aria-expanded": false,
      onclick: () => {
        const open = block.classList.toggle("folded") === false;
        more.setAttribute("aria-expanded", open);
        more.textContent = open ? "fold" : caption;
      }
    },
    ""
  );
  const caption = "all of the " + label + " (" + length.toLocaleString("en") + " characters)";
  more.textContent = caption;
  return el("div", {}, block, more, note);
}
