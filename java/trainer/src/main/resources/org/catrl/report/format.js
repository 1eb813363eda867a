// Figures as people read them.

/** A number in few characters; a dash where there is none. */
export function figure(value) {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return "–";
  }
  return value < 0 ? "−" + plain(-value) : plain(value);
}

function plain(value) {
  if (Number.isInteger(value) && value < 1e6) {
    return value.toLocaleString("en");
  }
  if (value >= 1e6) {
    return compact(value);
  }
  return value >= 1000
    ? value.toLocaleString("en", {maximumFractionDigits: 0})
    : value >= 100
      ? value.toFixed(1)
      : value >= 10
        ? value.toFixed(2)
        : value >= 0.001 || value === 0
          ? value.toFixed(3)
          : value.toExponential(1);
}

function compact(value) {
  const [unit, name] = [
    [1e12, "T"],
    [1e9, "G"],
    [1e6, "M"]
  ].find(([least]) => value >= least);
  return (value / unit).toFixed(2) + name;
}

/** A number with its sign. */
export function signed(value) {
  return value > 0 ? "+" + figure(value) : figure(value);
}

/** A span of time. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) {
    return "–";
  }
  if (seconds < 60) {
    return (seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)) + " s";
  }
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? minutes + " m " + Math.floor(seconds % 60) + " s"
    : Math.floor(minutes / 60) + " h " + (minutes % 60) + " m";
}

/** A moment, by the reader's clock; empty for none. */
export function moment(time) {
  const date = typeof time === "number" ? new Date(time * 1000) : new Date(time);
  if (!time || Number.isNaN(date.getTime())) {
    return "";
  }
  const two = number => String(number).padStart(2, "0");
  return (
    date.getFullYear() +
    "-" +
    two(date.getMonth() + 1) +
    "-" +
    two(date.getDate()) +
    " " +
    two(date.getHours()) +
    ":" +
    two(date.getMinutes())
  );
}

/** "1 step", "2 steps". */
export function counted(number, thing) {
  return number.toLocaleString("en") + " " + thing + (number === 1 ? "" : "s");
}
