// Elements of the page. Text is always text here, and all of it can be seen: nothing in this program parses markup.

/** Controls, and characters that turn the direction of what follows or cannot be seen. */
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** The text with a visible name for every character that has no look of its own. */
export function visible(text) {
  return text.replace(/\r\n/g, "\n").replace(UNSEEN, found => {
    const code = found.codePointAt(0);
    return code < 0x20
      ? String.fromCharCode(0x2400 + code)
      : "⟨U+" + code.toString(16).toUpperCase().padStart(4, "0") + "⟩";
  });
}

/** An element: attributes by name (class, title, aria-label ...), on... as listeners, then its content. */
export function el(tag, attributes = {}, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (name.startsWith("--")) {
      element.style.setProperty(name, value);
    } else if (value !== null && value !== undefined && (value !== false || name.startsWith("aria-"))) {
      element.setAttribute(name, value === true && !name.startsWith("aria-") ? "" : visible(String(value)));
    }
  }
  return fill(element, content);
}

/** Appends what may be nested in arrays; null and false stand for nothing. */
export function fill(element, content) {
  const parts = content.flat(Infinity).filter(part => part !== null && part !== undefined && part !== false);
  element.append(...parts.map(part => (part instanceof Node ? part : visible(String(part)))));
  return element;
}

/** Puts new content in place of the old. */
export function replace(element, ...content) {
  element.replaceChildren();
  return fill(element, content);
}

/** A button that says what it does, pressed or not where that is told. */
export function button(label, action, attributes = {}) {
  return el("button", {type: "button", onclick: action, ...attributes}, label);
}

/** An on/off button. */
export function toggle(label, pressed, action, attributes = {}) {
  const made = button(
    label,
    () => {
      const now = made.getAttribute("aria-pressed") !== "true";
      made.setAttribute("aria-pressed", now);
      action(now);
    },
    {"aria-pressed": pressed, class: "toggle", ...attributes}
  );
  return made;
}

/** A table's head cell. */
export function th(label, attributes = {}) {
  return el("th", {scope: "col", ...attributes}, label);
}

/** A table's cell that holds a figure. */
export function number(content, attributes = {}) {
  return el("td", {...attributes, class: "number " + (attributes.class || "")}, content);
}

/** A table of head cells and lines. */
export function table(attributes, heads, lines) {
  return el("table", attributes, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, lines));
}

/** A list of terms and what they are; pairs without a value are left out. */
export function terms(pairs, attributes = {}) {
  const shown = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return el(
    "dl",
    attributes,
    shown.map(([term, value]) => [el("dt", {}, term), el("dd", {}, value)])
  );
}

/** Whether an element takes what is typed. */
export function takesText(element) {
  return element instanceof HTMLElement && (element.matches("input, select, textarea") || element.isContentEditable);
}
