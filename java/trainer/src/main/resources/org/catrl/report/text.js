// What a model wrote, as text that can be read: nothing in it acts, and nothing in it is invisible.
import {el} from "./dom.js";

const FOLD_LINES = 14;
const FOLD_LENGTH = 900;
/** Controls, and characters that turn the direction of what follows or cannot be seen. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** The text with a visible name for every character that has no look of its own. */
export function visible(text) {
  return text.replace(/\r\n/g, "\n").replace(UNSEEN, found => {
    const code = found.codePointAt(0);
    return code < 0x20
      ? String.fromCharCode(0x2400 + code)
      : "⟨U+" + code.toString(16).toUpperCase().padStart(4, "0") + "⟩";
  });
}

/** The text in pieces, those that match marked. */
export function marked(text, marks) {
  const spans = marks
    .flatMap(({find, kind}) => places(text, find).map(at => ({from: at, to: at + find.length, kind})))
    .sort((a, b) => a.from - b.from);
  const pieces = [];
  let done = 0;
  for (const span of spans.filter(found => found.from >= 0)) {
    if (span.from >= done) {
      pieces.push(text.slice(done, span.from), el("mark", {class: span.kind}, text.slice(span.from, span.to)));
      done = span.to;
    }
  }
  return [...pieces, text.slice(done)];
}

function places(text, find) {
  const all = [];
  const lower = text.toLowerCase();
  const wanted = find.toLowerCase();
  for (
    let at = lower.indexOf(wanted);
    wanted && at >= 0 && all.length < 500;
    at = lower.indexOf(wanted, at + wanted.length)
  ) {
    all.push(at);
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
