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
    const shown = [...this.group.attempts]
      .sort(ORDERS[order])
      .filter(attempt => this.only === null || gives(attempt, this.only));
    replace(
      this.area,
      el(
        "div",
        {class: "controls"},
        el("h3", {}, "Rollouts"),
        el(
          "span",
          {class: "choice", role: "group", "aria-label": "order"},
          Object.keys(ORDERS).map(name =>
            button(
              name,
              () => {
                order = name;
                this.show();
              },
              {class: "toggle", "aria-pressed": order === name}
            )
          )
        ),
        this.only !== null ? button("all answers again", () => this.pick(this.only), {class: "toggle"}) : null,
        el("span", {class: "hint"}, shown.length + " of " + this.group.attempts.length)
      ),
      el(
        "div",
        {class: "cards"},
        shown.map(attempt => this.card(attempt))
      )
    );
  }

  card(attempt) {
    const right = gives(attempt, this.group.answer);
    const answer =
      attempt.answer !== null && !attempt.text_is_answer
        ? [{find: attempt.answer, kind: right ? "answer" : "other"}]
        : [];
    return el(
      "article",
      {
        class: "rollout" + (attempt.used ? "" : " unused"),
        id: "rollout-" + attempt.position,
        tabindex: -1,
        "aria-label": "rollout " + (attempt.position + 1)
      },
      el(
        "header",
        {},
        el("span", {class: "number-of"}, attempt.position + 1),
        attempt.reward === null
          ? el("span", {class: "warn-text"}, "no verdict")
          : el("span", {}, "reward ", el("span", {class: "reward"}, figure(attempt.reward))),
        attempt.used ? diverging(attempt.advantage, this.most) : el("span", {class: "badge"}, "not learned from")
      ),
      modelText(attempt.text, {marks: [...this.marks, ...answer], whole: attempt.cut?.text, label: "rollout"}),
      el(
        "footer",
        {},
        el("span", {}, attempt.tokens + " tokens"),
        attempt.finish !== "stop_token"
          ? el("span", {class: attempt.finish === "length" ? "warn-text" : null}, attempt.finish.replaceAll("_", " "))
          : null,
        attempt.no_answer ? el("span", {class: "warn-text"}, "no answer: " + attempt.no_answer) : null,
        attempt.answer === null &&
          !attempt.no_answer &&
          !attempt.text_is_answer &&
          this.group.attempts.some(other => other.answer !== null)
          ? el("span", {class: "warn-text"}, "no answer")
          : null
      )
    );
  }
}
