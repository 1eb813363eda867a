// A curve at a glance, in a line of a table.
import {figure} from "./format.js";
import {colour} from "./state.js";

const WIDTH = 84;
const HEIGHT = 20;

/** The reward's course at a glance. */
export function spark(row) {
  const values = row.spark.filter(value => value !== null);
  if (values.length < 2) {
    return null;
  }
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const points = values
    .map(
      (value, i) =>
        (2 + (i * (WIDTH - 4)) / (values.length - 1)).toFixed(1) +
        "," +
        (HEIGHT - 2 - ((value - low) / span) * (HEIGHT - 4)).toFixed(1)
    )
    .join(" ");
  const drawing = svg(
    "svg",
    {
      viewBox: "0 0 " + WIDTH + " " + HEIGHT,
      width: WIDTH,
      height: HEIGHT,
      role: "img",
      "aria-label": "from " + figure(values[0]) + " to " + figure(values[values.length - 1])
    },
    svg("polyline", {points, fill: "none", "stroke-width": 1.5, "stroke-linejoin": "round"})
  );
  drawing.style.stroke = colour(row.id);
  return drawing;
}

function svg(tag, attributes, ...content) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  element.append(...content);
  return element;
}
