// What is drawn on a curve's canvas beside the curve: marks of events; and how its axes read.

/**
 * Draws an event at a place of the x axis. signs holds how many stand at each place already, a further one goes below
 * them; own: the run's colour where there are several.
 */
export function mark(plot, x, {sign, tone, line}, signs, own) {
  const {ctx, bbox} = plot;
  const left = plot.valToPos(x, "x", true);
  if (!(left >= bbox.left - 1 && left <= bbox.left + bbox.width + 1)) {
    return;
  }
  ctx.save();
  ctx.fillStyle = css("--" + tone);
  ctx.strokeStyle = own ? resolved(own) : ctx.fillStyle;
  ctx.globalAlpha = line ? 0.7 : 0.5;
  ctx.setLineDash(line ? [3 * devicePixelRatio, 3 * devicePixelRatio] : []);
  ctx.lineWidth = (line ? 1 : 2) * devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(left, line ? bbox.top : bbox.top + bbox.height - 5 * devicePixelRatio);
  ctx.lineTo(left, bbox.top + bbox.height);
  ctx.stroke();
  if (line) {
    ctx.globalAlpha = 1;
    ctx.font = 10 * devicePixelRatio + "px system-ui, sans-serif";
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    const above = signs.get(x) || 0;
    signs.set(x, above + 1);
    ctx.fillText(sign, left, bbox.top + (10 * above - 6) * devicePixelRatio);
  }
  ctx.restore();
}

/** Room above and below; a curve that does not move stands in the middle. */
export function padded(plot, low, high) {
  if (low === null || low === undefined) {
    return [0, 1];
  }
  const room = high > low ? (high - low) * 0.08 : Math.abs(low) * 0.1 || 1;
  return [low >= 0 && low - room < 0 ? 0 : low - room, high + room];
}

/** A number on an axis. */
export function short(value) {
  const size = Math.abs(value);
  const [unit, sign] = [
    [1e9, "G"],
    [1e6, "M"],
    [1e4, "k"]
  ].find(([least]) => size >= least) || [1, ""];
  const small = size !== 0 && size < 1e-3;
  return small ? value.toExponential(0) : +(value / (sign === "k" ? 1e3 : unit)).toPrecision(6) + sign;
}

/** A colour of the page, which its theme decides. */
export function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** The colour that a variable stands for. */
export function resolved(variable) {
  return css(variable.slice("var(".length, -1));
}
