// Line charts and sparklines, drawn as SVG to the pixel of where they stand.

import { svg, el, text } from "./dom.js";
import { duration, elapsed, timeTicks, ticks } from "./format.js";
import { say } from "./words.js";

const HEIGHT = 168;
const ROOM = { top: 18, right: 10, bottom: 22 };
/** What an axis' letter takes at most, in pixels. */
const LETTER = 7;

/** Where a label on the time axis stands so that it is whole. */
export function anchor(x, label, width) {
  const half = (label.length * LETTER) / 2;
  return x < half ? "start" : x + half > width ? "end" : "middle";
}

/** What the labels of the y axis need on its left. */
export function margin(labels) {
  return Math.max(36, 10 + LETTER * Math.max(0, ...labels.map((l) => l.length)));
}

/** A path through the values; gaps where there is none. Stepped, a value holds since the one before. */
function path(xs, ys, x, y, stepped) {
  let d = "";
  let pen = "M";
  for (let i = 0; i < xs.length; i++) {
    if (ys[i] === null || ys[i] === undefined) {
      pen = "M";
      continue;
    }
    const px = x(xs[i]).toFixed(1);
    const py = y(ys[i]).toFixed(1);
    d += pen === "L" && stepped ? `V${py}H${px}` : `${pen}${px} ${py}`;
    pen = "L";
  }
  return d;
}

function extent(lines, limits, from, to) {
  const all = [...lines.flatMap((l) => l.values), ...limits.map((l) => l.at)].filter(
    (v) => v !== null && v !== undefined,
  );
  let low = Math.min(...all);
  let high = Math.max(...all);
  if (all.length === 0) {
    [low, high] = [0, 1];
  }
  const air = (high - low || Math.abs(high) || 1) * 0.12;
  return [from ?? Math.max(low - air, low >= 0 ? 0 : -Infinity), to ?? high + air];
}

export class Chart {
  /** @param options title, says (a sentence on it), format, tick, from and to (the y axis's ends, where fixed) */
  constructor(options) {
    this.options = options;
    this.drawn = svg("svg", { class: "cg-chart", role: "img", height: HEIGHT });
    this.legend = el("p", { class: "cg-legend" });
    this.table = el("table", { class: "cg-table cg-small" });
    this.details = el(
      "details",
      { class: "cg-more" },
      el("summary", {}, say("chart.table"), el("span", { class: "cg-unseen" }, ": " + options.title)),
      el("div", { class: "cg-scroll" }, this.table),
    );
    this.node = el(
      "figure",
      { class: "cg-figure" },
      el("figcaption", {}, el("h4", {}, options.title), this.legend),
      this.drawn,
      this.details,
    );
    new ResizeObserver(() => this.draw()).observe(this.node);
    this.details.addEventListener("toggle", () => this.list());
  }

  /** @param data times, lines [{name, values, times, className, stepped, area}], limits [{at, says}], marks, begin */
  show(data) {
    this.data = data;
    this.draw();
    this.list();
  }

  draw() {
    const width = Math.floor(this.node.clientWidth);
    if (!this.data || width < 60) {
      return;
    }
    const { times, lines, limits, marks, begin } = this.data;
    const end = Math.max(times.at(-1) ?? begin, begin + 60000);
    const [low, high] = extent(lines, limits, this.options.from?.(this.data), this.options.to);
    const rows = ticks(low, high, 4);
    const labels = rows.map((v) => this.options.tick(v, rows));
    const left = margin(labels);
    const x = (t) => left + ((t - begin) / (end - begin)) * (width - left - ROOM.right);
    const y = (v) => HEIGHT - ROOM.bottom - ((v - low) / (high - low)) * (HEIGHT - ROOM.top - ROOM.bottom);
    this.drawn.setAttribute("width", width);
    this.drawn.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.drawn.setAttribute("aria-label", this.options.title + ": " + this.options.says(this.data));
    this.drawn.replaceChildren(
      ...this.grid(rows, labels, left, width, y),
      ...this.times(width, end - begin, (t) => x(begin + t)),
      ...marks.map((m) =>
        svg("line", { class: "cg-mark", x1: x(m.at), x2: x(m.at), y1: ROOM.top, y2: HEIGHT - ROOM.bottom }),
      ),
      ...this.names(marks, x, width),
      ...limits
        .filter((l) => l.at >= low && l.at <= high)
        .flatMap((l) => [
          svg("line", { class: "cg-limit", x1: left, x2: width - ROOM.right, y1: y(l.at), y2: y(l.at) }),
          svg("text", { class: "cg-limit-name", x: left + 6, y: y(l.at) + (l.below ? 12 : -4) }, l.says),
        ]),
      ...lines.flatMap((l) => this.line(l, times, x, y, low)),
    );
    text(this.legend, "");
    this.legend.replaceChildren(
      ...lines.map((l) =>
        el(
          "span",
          { class: "cg-key " + l.className },
          l.name + " ",
          el("b", {}, this.options.format(l.values.findLast((v) => v !== null && v !== undefined))),
        ),
      ),
    );
  }

  grid(rows, labels, left, width, y) {
    return rows.flatMap((v, i) => [
      svg("line", { class: "cg-grid", x1: left, x2: width - ROOM.right, y1: y(v), y2: y(v) }),
      svg("text", { class: "cg-axis", x: left - 6, y: y(v) + 4, "text-anchor": "end" }, labels[i]),
    ]);
  }

  times(width, length, x) {
    return timeTicks(length, Math.max(3, Math.floor(width / 80))).map((t) =>
      svg(
        "text",
        { class: "cg-axis", x: x(t), y: HEIGHT - 6, "text-anchor": anchor(x(t), duration(t), width) },
        duration(t),
      ),
    );
  }

  /** The phases' names, as long as there is room for them. */
  names(marks, x, width) {
    let free = 0;
    return marks
      .filter((m, i) => {
        const at = x(m.at);
        const room = (i + 1 < marks.length ? x(marks[i + 1].at) : width) - at;
        const fits = this.options.names && at >= free && room > m.label.length * 6 + 6;
        free = fits ? at + m.label.length * 6 : free;
        return fits;
      })
      .map((m) => svg("text", { class: "cg-axis", x: x(m.at) + 4, y: ROOM.top - 5 }, m.label));
  }

  line(l, times, x, y, low) {
    const d = path(l.times ?? times, l.values, x, y, l.stepped);
    const first = times[l.values.findIndex((v) => v !== null)];
    const area =
      l.area && d !== "" && !d.slice(1).includes("M")
        ? [svg("path", { class: "cg-area " + l.className, d: `${d}V${y(low)}H${x(first)}Z` })]
        : [];
    return [...area, svg("path", { class: "cg-line " + l.className, d }), ...this.end(l, times, x, y)];
  }

  /** What a line has come to: a disc on the canary's, a square on stable's, told apart without their colours too. */
  end(l, times, x, y) {
    const last = l.values.findLastIndex((v) => v !== null && v !== undefined);
    if (last < 0 || !l.mark) {
      return [];
    }
    const [cx, cy] = [x(times[last]), y(l.values[last])];
    const attributes = { class: "cg-dot " + l.className };
    return [
      l.mark === "square"
        ? svg("rect", { ...attributes, x: cx - 3, y: cy - 3, width: 6, height: 6 })
        : svg("circle", { ...attributes, cx, cy, r: 3.2 }),
    ];
  }

  /** The same as a table, when somebody opened it: at most twenty rows, evenly spread, the newest among them. */
  list() {
    if (!this.details.open || !this.data) {
      return;
    }
    const { times, lines, begin } = this.data;
    const every = Math.max(1, Math.ceil(times.length / 20));
    const rows = times.map((t, i) => i).filter((i) => (times.length - 1 - i) % every === 0);
    this.table.replaceChildren(
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          el("th", { scope: "col" }, say("chart.after")),
          ...lines.map((l) => el("th", { scope: "col" }, l.name)),
        ),
      ),
      el(
        "tbody",
        {},
        ...rows.map((i) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, elapsed(times[i] - begin)),
            ...lines.map((l) => el("td", {}, this.options.format(l.values[i]))),
          ),
        ),
      ),
    );
  }
}

/** The last values as a small line, with the limits that they are held against. */
export function sparkline(drawn, values, limits, className) {
  const width = 96;
  const height = 28;
  const seen = values.slice(-60);
  const [low, high] = extent(
    [{ values: seen }],
    limits.map((at) => ({ at })),
  );
  const x = (i) => 2 + (i / Math.max(1, seen.length - 1)) * (width - 6);
  const y = (v) => height - 3 - ((v - low) / (high - low)) * (height - 6);
  const end = seen.findLastIndex((v) => v !== null && v !== undefined);
  drawn.setAttribute("viewBox", `0 0 ${width} ${height}`);
  drawn.replaceChildren(
    ...limits.map((v) => svg("line", { class: "cg-limit", x1: 0, x2: width, y1: y(v), y2: y(v) })),
    svg("path", {
      class: "cg-line " + className,
      d: path(
        seen.map((_, i) => i),
        seen,
        x,
        y,
      ),
    }),
  );
  if (end >= 0) {
    drawn.append(svg("circle", { class: "cg-dot " + className, cx: x(end), cy: y(seen[end]), r: 2.6 }));
  }
}
