// The cells of a group's grid; those with something behind them are buttons that show it.
import {el, replace} from "./dom.js";
import {figure, signed} from "./format.js";
import {modelText} from "./text.js";

const MARKS = {met: ["✓", "met"], unmet: ["✗", "not met"], none: ["?", "no verdict"]};

/** A verdict as a sign; words: where the judge's own are shown. */
export function verdictCell(verdict, whose, criterion, words) {
  const kind = verdict.met === null ? "none" : verdict.met ? "met" : "unmet";
  const [sign, name] = MARKS[kind];
  const told = whose + ": " + name;
  const show = () =>
    replace(words, heading(whose, kind, verdict), el("p", {class: "by"}, criterion.text), said(verdict));
  return shower(sign, show, {class: "verdict " + kind, "aria-label": told, title: told});
}

function heading(whose, kind, verdict) {
  const name = el("span", {class: "verdict-name " + kind}, MARKS[kind].join(" "));
  const failure = verdict.failure ? el("span", {class: "badge warn"}, verdict.failure.replaceAll("_", " ")) : null;
  return el("h4", {}, whose + ": ", name, failure);
}

function said(verdict) {
  return verdict.reply
    ? modelText(verdict.reply, {whole: verdict.cut?.reply, label: "judge's words"})
    : el("p", {class: "none"}, "the judge left no words");
}

/** A criterion that was not asked of a rollout. */
export function unasked() {
  return el("span", {class: "verdict unasked", title: "not asked"}, "·");
}

/** A button that shows what stands behind it, and looks pressed while it does. */
function shower(label, show, attributes) {
  const press = event => {
    const table = event.currentTarget.closest("table");
    table.querySelectorAll("[aria-pressed=true]").forEach(other => other.removeAttribute("aria-pressed"));
    event.currentTarget.setAttribute("aria-pressed", true);
    show();
  };
  return el("button", {type: "button", onclick: press, ...attributes}, label);
}

/** A figure on a ground as deep as it is high among its like; with evidence it is a button that shows it. */
export function valueCell({value, evidence, cut}, [low, high], whose, words) {
  const share = value === null || high === low ? 0 : (value - low) / (high - low);
  const text = value === null ? "none" : figure(value);
  const told = whose + ": " + text;
  const show = () => replace(words, el("h4", {}, told), modelText(evidence, {whole: cut?.evidence, label: "evidence"}));
  return el(
    "td",
    {class: "value-cell" + (value === null ? " none" : ""), "--share": share},
    evidence ? shower(text, show, {title: "what it rests on", "aria-label": told}) : text
  );
}

/** The least and the greatest of some figures. */
export function range(values) {
  const numbers = values.filter(value => value !== null);
  return [Math.min(...numbers), Math.max(...numbers)];
}

/** Whether a rollout gives the answer that is taught. */
export function answerCell(attempt, right) {
  const [sign, kind, told] = right
    ? ["✓", "met", "gives it"]
    : attempt.answer === null
      ? ["–", "unmet", "no answer"]
      : ["✗", "unmet", "another answer"];
  return el("td", {}, el("span", {class: "verdict-name " + kind, title: told}, sign));
}

/** A bar to the left for less, to the right for more. */
export function diverging(value, most) {
  const side = value < 0 ? "down" : "up";
  return el("span", {class: "diverging " + side, "--share": Math.abs(value || 0) / most}, signed(value || 0));
}
