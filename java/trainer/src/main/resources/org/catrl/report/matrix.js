// The group as a grid, a column a rollout: criteria with their verdicts, rewards by part, and what was learned.
import {answerCell, diverging, range, unasked, valueCell, verdictCell} from "./cells.js";
import {el} from "./dom.js";
import {figure, signed} from "./format.js";
import {gives} from "./reference.js";

/** The grid, with a place below that tells what stands behind a cell. */
export function matrixView(group) {
  if (!group.attempts.length) {
    return el("p", {class: "none"}, "no rollout is kept of this group");
  }
  const hint = group.criteria.length ? "choose a verdict to read the judge's words" : "";
  const words = el("div", {class: "words", "aria-live": "polite"}, hint ? el("p", {class: "none"}, hint) : null);
  const bodies = [
    group.criteria.map(criterion => criterionLine(group, criterion, words)),
    partsOf(group).map(part => partLine(group, part, words)),
    [answerLine(group), rewardLine(group, words), advantageLine(group)]
  ];
  const table = el(
    "table",
    {class: "matrix" + (group.criteria.length ? " judged" : "")},
    head(group),
    bodies.filter(rows => rows.length).map(rows => el("tbody", {}, rows))
  );
  return el("div", {}, el("div", {class: "scroll"}, table), words);
}

function head(group) {
  const reference = group.criteria.length ? el("th", {scope: "col", class: "side"}, "reference") : null;
  const columns = group.attempts.map(attempt => el("th", {scope: "col"}, toCard(attempt)));
  return el("thead", {}, el("tr", {}, el("td", {}), reference, columns));
}

/** A rollout's number, which leads to its text. */
function toCard(attempt) {
  const show = event => {
    event.preventDefault();
    const card = document.getElementById("rollout-" + attempt.position);
    card?.scrollIntoView({block: "center", behavior: "smooth"});
    card?.focus({preventScroll: true});
  };
  return el("a", {href: location.hash, onclick: show}, attempt.position + 1);
}

/** A row: its name, the reference's cell where there are criteria, then a cell a rollout. */
function row(group, name, cells, {reference = null, ...attributes} = {}) {
  const side = group.criteria.length ? el("td", {class: "side"}, reference) : null;
  return el("tr", attributes, el("th", {scope: "row"}, name), side, cells);
}

function nameOf(attempt) {
  return "rollout " + (attempt.position + 1);
}

function criterionLine(group, criterion, words) {
  const own = group.verdicts.filter(verdict => verdict.criterion === criterion.position);
  const met = own.filter(verdict => verdict.met === 1).length;
  const told = own.filter(verdict => verdict.met !== null).length;
  const cells = group.attempts.map(attempt => {
    const verdict = own.find(found => found.rollout === attempt.position);
    return el("td", {}, verdict ? verdictCell(verdict, nameOf(attempt), criterion, words) : unasked());
  });
  const dull = met === 0 || met === told;
  return row(group, criterionName(criterion, met, told), cells, {
    reference: ofReference(criterion, words),
    class: dull ? "uninformative" : null,
    title: dull ? "it does not tell the rollouts apart" : null
  });
}

function criterionName(criterion, met, told) {
  return [
    el("span", {class: "criterion"}, criterion.text),
    criterion.points !== 1 ? el("span", {class: "by"}, signed(criterion.points)) : null,
    criterion.veto ? el("span", {class: "badge bad", title: "failing it takes everything"}, "veto") : null,
    criterion.used ? null : el("span", {class: "badge", title: "the reference fails it"}, "not used"),
    told ? el("span", {class: "by"}, met + " of " + told) : null
  ];
}

function ofReference(criterion, words) {
  const asked = criterion.of_reference !== null || criterion.reply;
  const verdict = {met: criterion.of_reference, reply: criterion.reply, cut: criterion.cut};
  return asked ? verdictCell(verdict, "the reference", criterion, words) : null;
}

/** The parts of the reward, each once, in order. */
function partsOf(group) {
  return [...new Map(group.parts.map(part => [part.position, part])).values()].sort((a, b) => a.position - b.position);
}

function partLine(group, {position, name, weight}, words) {
  const own = group.parts.filter(part => part.position === position);
  const ends = range(own.map(part => part.value));
  const cells = group.attempts.map(attempt => {
    const part = own.find(found => found.rollout === attempt.position) || {value: null};
    return valueCell(part, ends, name + " of " + nameOf(attempt), words);
  });
  return row(group, [name, el("span", {class: "by"}, "× " + figure(weight))], cells);
}

function rewardLine(group, words) {
  const ends = range(group.attempts.map(attempt => attempt.reward));
  const cells = group.attempts.map(attempt =>
    valueCell({...attempt, value: attempt.reward}, ends, "reward of " + nameOf(attempt), words)
  );
  return row(group, "reward", cells, {class: "total"});
}

function answerLine(group) {
  if (group.answer === null || group.attempts.every(attempt => attempt.answer === null)) {
    return null;
  }
  return row(
    group,
    "gives the taught answer",
    group.attempts.map(attempt => answerCell(attempt, gives(attempt, group.answer)))
  );
}

function advantageLine(group) {
  const most = Math.max(...group.attempts.map(attempt => Math.abs(attempt.advantage || 0)), 1e-9);
  const cells = group.attempts.map(attempt => {
    const learned = attempt.used || attempt.advantage;
    const title = learned ? null : "left out of the update";
    return el("td", {class: "advantage", title}, learned ? diverging(attempt.advantage, most) : "–");
  });
  return row(group, "advantage", cells);
}
