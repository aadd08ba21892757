// Numbers as people read them: written as in plans and journals, whatever the language.

import { locale, say } from "./words.js";

const SIZES = [[86400000, "d"], [3600000, "h"], [60000, "m"], [1000, "s"]];

/** 3m 20s, 1h 5m: the two largest parts. */
export function duration(millis) {
  if (millis === null || millis === undefined) {
    return "";
  }
  let left = Math.max(0, Math.floor(millis / 1000) * 1000);
  const parts = [];
  for (const [size, name] of SIZES) {
    if (left >= size) {
      parts.push(Math.floor(left / size) + name);
      left %= size;
    } else if (parts.length > 0) {
      parts.push("");
    }
  }
  return parts.slice(0, 2).filter((p) => p).join(" ") || "0s";
}

function digits(value, significant) {
  return String(Number(value.toPrecision(significant)));
}

/** A value in its unit, to three significant digits. */
export function value(v, unit) {
  if (v === null || v === undefined) {
    return "–";
  }
  switch (unit) {
    case "ratio": {
      const percent = v * 100;
      return (percent > 99 && percent < 100 ? digits(percent, 4) : digits(percent, 3)) + "%";
    }
    case "seconds":
      return Math.abs(v) >= 1 ? digits(v, 3) + " s" : digits(v * 1000, 3) + " ms";
    case "per_second":
      return digits(v, 3) + "/s";
    default:
      return Math.abs(v) >= 1000 ? Math.round(v).toLocaleString("en") : digits(v, 3);
  }
}

export function weight(w) {
  return w === null || w === undefined ? "" : digits(w, 4) + "%";
}

export function count(n) {
  return n === null || n === undefined ? "–" : n.toLocaleString("en");
}

export function clock(at) {
  return new Date(at).toLocaleTimeString(locale());
}

export function moment(at) {
  return new Date(at).toLocaleString(locale(), { dateStyle: "medium", timeStyle: "short" });
}

/** What a criterion asks for, without its metric's name. */
export function threshold(c) {
  const parts = [];
  if (c.min !== undefined) {
    parts.push(say("chart.atLeast", { value: value(c.min, c.unit) }));
  }
  if (c.max !== undefined) {
    parts.push(say("chart.atMost", { value: value(c.max, c.unit) }));
  }
  if (c.maxIncrease !== undefined) {
    parts.push(say("threshold.above", { value: value(c.maxIncrease, "ratio") }));
  }
  if (c.maxDecrease !== undefined) {
    parts.push(say("threshold.below", { value: value(c.maxDecrease, "ratio") }));
  }
  return parts.join(", ");
}

/** About n round numbers between two. */
export function ticks(low, high, n) {
  const rough = (high - low) / n || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((f) => f * power).find((s) => s >= rough * 0.999);
  const all = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    all.push(i * step);
  }
  return all;
}

const TIME_STEPS = [5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800];

/** Round times, in milliseconds since the beginning. */
export function timeTicks(length, n) {
  const step = (TIME_STEPS.find((s) => (s * 1000 * n) >= length) ?? 2592000) * 1000;
  const all = [];
  for (let t = 0; t <= length; t += step) {
    all.push(t);
  }
  return all;
}
