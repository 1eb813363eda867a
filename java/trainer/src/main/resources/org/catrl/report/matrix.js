// The group as a grid: one column a rollout; criteria with their verdicts, then the rewards by part, then what was learned.
import {el, replace} from "./dom.js";
import {figure, signed} from "./format.js";
import {gives} from "./reference.js";
import {modelText, visible} from "./text.js";

const MARKS = {met: ["✓", "met"], unmet: ["✗", "not met"], none: ["?", "no verdict"], unasked: ["·", "not asked"]};

/** The grid, with a place below that tells what stands behind a cell. */
export function matrixView(group) {
  if (!group.attempts.length) {
    return el("p", {class: "none"}, "no rollout is kept of this group");
  }
  const words = el("div", {class: "words", "aria-live": "polite"}, group.criteria.length
    ? el("p", {class: "none"}, "choose a verdict to read the judge's words") : null);
  const table = el("table", {class: "matrix"}, head(group),
    group.criteria.length ? el("tbody", {}, group.criteria.map(criterion => criterionLine(group, criterion, words))) : null,
    partNames(group).length ? el("tbody", {}, partNames(group).map(part => partLine(group, part, words))) : null,
    el("tbody", {class: "sums"}, answerLine(group), rewardLine(group, words), advantageLine(group)));
  return el("div", {}, el("div", {class: "scroll"}, table), words);
}

function head(group) {
  return el("thead", {}, el("tr", {}, el("td", {}), group.criteria.length ? el("th", {scope: "col", class: "side"}, "reference") : null,
    group.attempts.map(attempt => el("th", {scope: "col"}, el("a", {href: location.hash, onclick: event => show(event, attempt)}, attempt.position + 1)))));
}

function show(event, attempt) {
  event.preventDefault();
  const card = document.getElementById("rollout-" + attempt.position);
  card?.scrollIntoView({block: "center", behavior: "smooth"});
  card?.focus({preventScroll: true});
}

function criterionLine(group, criterion, words) {
  const own = group.verdicts.filter(verdict => verdict.criterion === criterion.position);
  const met = own.filter(verdict => verdict.met === 1).length;
  const told = own.filter(verdict => verdict.met !== null).length;
  const tells = told > 0 && met > 0 && met < told;
  return el("tr", {class: tells ? null : "uninformative"},
    el("th", {scope: "row", title: tells ? null : "tells the rollouts not apart"}, el("span", {class: "criterion"}, visible(criterion.text)),
      criterion.points !== 1 ? el("span", {class: "by"}, signed(criterion.points)) : null,
      criterion.veto ? el("span", {class: "badge bad"}, "veto") : null,
      told ? el("span", {class: "by"}, met + " of " + told) : null),
    el("td", {class: "side"}, criterion.of_reference !== null || criterion.reply ? cell({met: criterion.of_reference, reply: criterion.reply}, "the reference", criterion, words) : null),
    group.attempts.map(attempt => {
      const verdict = own.find(found => found.rollout === attempt.position);
      return el("td", {}, verdict ? cell(verdict, "rollout " + (attempt.position + 1), criterion, words) : el("span", {class: "verdict unasked", title: "not asked"}, "·"));
    }));
}

function cell(verdict, whose, criterion, words) {
  const kind = verdict.met === null ? "none" : verdict.met ? "met" : "unmet";
  const [sign, name] = MARKS[kind];
  return el("button", {type: "button", class: "verdict " + kind, "aria-label": whose + ": " + name, title: whose + ": " + name, onclick: event => {
    pressed(event.currentTarget);
    replace(words, el("h4", {}, whose, ": ", el("span", {class: "verdict-name " + kind}, sign + " " + name), verdict.failure ? el("span", {class: "badge warn"}, verdict.failure.replaceAll("_", " ")) : null),
      el("p", {class: "by"}, visible(criterion.text)),
      verdict.reply ? modelText(verdict.reply, {whole: verdict.cut?.reply, label: "judge's words"}) : el("p", {class: "none"}, "the judge left no words"));
  }}, sign);
}

function pressed(one) {
  one.closest("table").querySelectorAll("[aria-pressed=true]").forEach(other => other.removeAttribute("aria-pressed"));
  one.setAttribute("aria-pressed", true);
}

function partNames(group) {
  return [...new Map(group.parts.map(part => [part.position, part])).values()].sort((a, b) => a.position - b.position);
}

function partLine(group, {position, name, weight}, words) {
  const own = group.parts.filter(part => part.position === position);
  const [low, high] = range(own.map(part => part.value));
  return el("tr", {}, el("th", {scope: "row"}, name, el("span", {class: "by"}, "× " + figure(weight))), side(group),
    group.attempts.map(attempt => {
      const part = own.find(found => found.rollout === attempt.position);
      return valueCell(part ? part.value : null, low, high, part?.evidence, words, name + " of rollout " + (attempt.position + 1));
    }));
}

function rewardLine(group, words) {
  const [low, high] = range(group.attempts.map(attempt => attempt.reward));
  return el("tr", {class: "total"}, el("th", {scope: "row"}, "reward"), side(group),
    group.attempts.map(attempt => valueCell(attempt.reward, low, high, attempt.evidence, words, "reward of rollout " + (attempt.position + 1))));
}

/** A figure on a ground as deep as it is high among its like; with evidence it is a button that shows it. */
function valueCell(value, low, high, evidence, words, whose) {
  const share = value === null || high === low ? 0 : (value - low) / (high - low);
  const text = value === null ? "none" : figure(value);
  return el("td", {class: "value-cell" + (value === null ? " none" : ""), "--share": share}, evidence ? el("button", {type: "button", title: "what it rests on", "aria-label": whose + ": " + text, onclick: event => {
    pressed(event.currentTarget);
    replace(words, el("h4", {}, whose + ": " + text), modelText(evidence, {label: "evidence"}));
  }}, text) : text);
}

function range(values) {
  const numbers = values.filter(value => value !== null);
  return [Math.min(...numbers), Math.max(...numbers)];
}

function answerLine(group) {
  if (group.attempts.every(attempt => attempt.answer === null) || group.answer === null) {
    return null;
  }
  return el("tr", {}, el("th", {scope: "row"}, "gives the taught answer"), side(group), group.attempts.map(attempt => el("td", {},
    gives(attempt, group.answer) ? el("span", {class: "verdict-name met", title: "gives it"}, "✓")
      : el("span", {class: "verdict-name unmet", title: attempt.answer === null ? "no answer" : "another answer"}, attempt.answer === null ? "–" : "✗"))));
}

function advantageLine(group) {
  const most = Math.max(...group.attempts.map(attempt => Math.abs(attempt.advantage || 0)), 1e-9);
  return el("tr", {}, el("th", {scope: "row"}, "advantage"), side(group), group.attempts.map(attempt =>
    el("td", {class: "advantage", title: attempt.used ? null : "left out of the update"}, attempt.used || attempt.advantage ? diverging(attempt.advantage, most) : "–")));
}

/** The reference's column, where there is one: it has no reward. */
function side(group) {
  return group.criteria.length ? el("td", {class: "side"}) : null;
}

/** A bar to the left for less, to the right for more. */
export function diverging(value, most) {
  return el("span", {class: "diverging " + (value < 0 ? "down" : "up"), "--share": Math.abs(value || 0) / most}, signed(value || 0));
}
