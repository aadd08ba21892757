// Values as people read them, the same as the engine prints them whatever the language: both are held to one table of
// examples (src/test/resources/io/jenkins/plugins/canary/engine/values.json).

import { locale, say } from "./words.js";

const SIZES = [
  [86400000, "d"],
  [3600000, "h"],
  [60000, "min"],
  [1000, "s"],
  [1, "ms"],
];

/** The two largest units: 1 h 30 min, 250 ms. */
export function duration(millis) {
  const first = SIZES.findIndex(([size]) => millis >= size);
  if (first < 0) {
    return "0 s";
  }
  const [[size, name], next] = [SIZES[first], SIZES[first + 1]];
  const text = `${Math.floor(millis / size)} ${name}`;
  const rest = next ? Math.floor((millis % size) / next[0]) : 0;
  return rest > 0 ? `${text} ${rest} ${next[1]}` : text;
}

/** A duration that a clock measures, in whole seconds; "" for none. */
export function elapsed(millis) {
  return millis === null || millis === undefined ? "" : duration(Math.max(0, Math.floor(millis / 1000) * 1000));
}

/** Three digits, from 1,000 six, and never fewer than the whole number has. */
function plain(value) {
  const size = Math.abs(value);
  return digits(value, size < 1000 ? 3 : Math.max(6, Math.floor(Math.log10(size)) + 1));
}

function digits(value, significant) {
  return (Number(value.toPrecision(significant)) + 0).toLocaleString("en", { maximumSignificantDigits: 21 });
}

/** A value in its unit: 99.2%, 812 ms, 4.2/s, 1,234. */
export function value(v, unit) {
  if (v === null || v === undefined) {
    return "–";
  }
  switch (unit) {
    case "ratio":
      return ratio(v * 100);
    case "seconds":
      return Math.abs(v) >= 1 ? plain(v) + " s" : plain(v * 1000) + " ms";
    case "per_second":
      return plain(v) + "/s";
    default:
      return plain(v);
  }
}

/** Near 100% the digits that matter are those of what is missing: 99.95%, not 100%. */
function ratio(percent) {
  return (percent > 99 && percent < 100 ? digits(100 - (100 - percent), 5) : plain(percent)) + "%";
}

export function weight(w) {
  return w === null || w === undefined ? "" : digits(w, 4) + "%";
}

export function count(n) {
  return value(n, "count");
}

export function clock(at) {
  return new Date(at).toLocaleTimeString(locale());
}

export function moment(at) {
  return new Date(at).toLocaleString(locale(), { dateStyle: "medium", timeStyle: "short" });
}

/** The same as clocks of a time zone show it, with the day of the week. */
export function momentIn(at, timeZone) {
  const style = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
  return new Date(at).toLocaleString(locale(), { ...style, timeZone });
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
  for (let i = Math.ceil(low / step - 1e-9) + 0; i * step <= high + step * 1e-9; i++) {
    all.push(i * step);
  }
  return all;
}

const TIME_STEPS = [5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800];

/** Round times, in milliseconds since the beginning. */
export function timeTicks(length, n) {
  const step = (TIME_STEPS.find((s) => s * 1000 * n >= length) ?? 2592000) * 1000;
  const all = [];
  for (let t = 0; t <= length; t += step) {
    all.push(t);
  }
  return all;
}
