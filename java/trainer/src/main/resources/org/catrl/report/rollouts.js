// The rollouts of a group, side by side.
import {button, el, replace} from "./dom.js";
import {figure} from "./format.js";
import {diverging} from "./cells.js";
import {gives} from "./reference.js";
import {modelText} from "./text.js";

const ORDERS = {
  "as drawn": (a, b) => a.position - b.position,
  "by reward": (a, b) => (b.reward ?? -Infinity) - (a.reward ?? -Infinity) || a.position - b.position,
  "by length": (a, b) => b.tokens - a.tokens || a.position - b.position
};
let order = "as drawn";

/** The cards, in an order that can be chosen; only those of one answer where one is picked. */
export class Rollouts {
  constructor(group, marks) {
    this.group = group;
    this.marks = marks;
    this.only = null;
    this.most = Math.max(...group.attempts.map(attempt => Math.abs(attempt.advantage || 0)), 1e-9);
    this.area = el("section", {class: "rollouts", "aria-label": "rollouts"});
    this.show();
  }

  /** Shows the rollouts of one answer, or all of them again. */
  pick(answer) {
    this.only = this.only === answer ? null : answer;
    this.show();
  }

  show() {
    const all = [...this.group.attempts].sort(ORDERS[order]);
    const shown = all.filter(attempt => this.only === null || gives(attempt, this.only));
    const cards = shown.map(attempt => this.card(attempt));
    replace(this.area, this.controls(shown.length, all.length), el("div", {class: "cards"}, cards));
  }

  controls(shown, all) {
    const sort = name => {
      order = name;
      this.show();
    };
    const orders = Object.keys(ORDERS).map(name =>
      button(name, () => sort(name), {class: "toggle", "aria-pressed": order === name})
    );
    return el(
      "div",
      {class: "controls"},
      el("h3", {}, "Rollouts"),
      el("span", {class: "choice", role: "group", "aria-label": "order"}, orders),
      this.only !== null ? button("all answers again", () => this.pick(this.only), {class: "toggle"}) : null,
      el("span", {class: "hint"}, shown + " of " + all)
    );
  }

  card(attempt) {
    const label = {id: "rollout-" + attempt.position, tabindex: -1, "aria-label": "rollout " + (attempt.position + 1)};
    return el(
      "article",
      {class: "rollout" + (attempt.used ? "" : " unused"), ...label},
      this.head(attempt),
      modelText(attempt.text, {marks: this.marksOf(attempt), whole: attempt.cut?.text, label: "rollout"}),
      el("footer", {}, this.notes(attempt))
    );
  }

  /** What is searched for, and the answer where it is read last. */
  marksOf(attempt) {
    const kind = gives(attempt, this.group.answer) ? "answer" : "other";
    const whole = attempt.answer === null || attempt.text_is_answer;
    return whole ? this.marks : [...this.marks, {find: attempt.answer, kind, last: true}];
  }

  head(attempt) {
    const reward = el("span", {}, "reward ", el("span", {class: "reward"}, figure(attempt.reward)));
    const learned = attempt.used ? diverging(attempt.advantage, this.most) : null;
    return el(
      "header",
      {},
      el("span", {class: "number-of"}, attempt.position + 1),
      attempt.reward === null ? el("span", {class: "warn-text"}, "no verdict") : reward,
      learned || el("span", {class: "badge", title: "left out of the update"}, "not learned from")
    );
  }

  notes(attempt) {
    const {finish, no_answer: why, answer, text_is_answer: whole, tokens} = attempt;
    const missed = answer === null && !whole && this.group.attempts.some(other => other.answer !== null);
    const end = el("span", {class: finish === "length" ? "warn-text" : null}, finish.replaceAll("_", " "));
    return [
      el("span", {}, tokens.toLocaleString("en") + " tokens"),
      finish === "stop_token" ? null : end,
      why || missed ? el("span", {class: "warn-text"}, why ? "no answer: " + why : "no answer") : null
    ];
  }
}
