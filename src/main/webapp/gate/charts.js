// The traffic split over time, and each metric: canary against stable.

import { card, el } from "./dom.js";
import { Chart } from "./chart.js";
import * as format from "./format.js";
import { said, say } from "./words.js";

function spread(values) {
  const seen = values.filter((v) => v !== null && v !== undefined);
  return seen.length === 0 ? null : { low: Math.min(...seen), high: Math.max(...seen), last: seen.at(-1) };
}

/** Ticks with as many digits as tell them apart. */
function tickText(v, all, unit) {
  const factor = unit === "ratio" ? 100 : unit === "seconds" && Math.max(...all) < 1 ? 1000 : 1;
  const step = all.length > 1 ? (all[1] - all[0]) * factor : 1;
  const places = Math.max(
    0,
    Math.min(4, Math.ceil(-Math.log10(step) - 1e-9) + (String(step).endsWith("5") && step < 5 ? 1 : 0)),
  );
  const suffix = { ratio: "%", seconds: factor === 1000 ? " ms" : " s", per_second: "/s" }[unit] ?? "";
  return String(Number((v * factor).toFixed(places))) + suffix;
}

/** Phases by their names; what the engine calls the others is translated. */
function marks(series) {
  return series.marks.map((m) => ({ ...m, label: said(m.label) }));
}

function describe(unit) {
  return (data) =>
    data.lines
      .map((l) => {
        const s = spread(l.values);
        return s === null
          ? say("chart.noValues", { name: l.name })
          : say("chart.now", {
              name: l.name,
              last: format.value(s.last, unit),
              low: format.value(s.low, unit),
              high: format.value(s.high, unit),
            });
      })
      .concat(data.limits.map((l) => l.says))
      .join("; ");
}

export class Charts {
  constructor() {
    this.traffic = new Chart({
      title: say("chart.requests"),
      names: true,
      format: (v) => format.value(v, "ratio"),
      tick: (v) => format.value(v, "ratio"),
      says: describe("ratio"),
      from: () => 0,
    });
    this.metrics = new Map();
    this.grid = el("div", { class: "cg-figures" });
    this.node = card(say("chart.traffic"), this.traffic.node);
    this.metricsNode = card(say("chart.versus"), this.grid);
  }

  update(answer, series) {
    const times = series.times();
    const begin = answer.startedAt ?? times[0] ?? answer.now;
    this.traffic.show({
      times,
      begin,
      marks: marks(series),
      limits: [],
      lines: [
        {
          name: say("chart.weight"),
          className: "cg-weight",
          stepped: true,
          times: [...times, answer.now],
          values: [...series.column((c) => c.weights), answer.weight].map((w) => w / 100),
        },
        {
          name: say("chart.share"),
          className: "cg-canary",
          stepped: true,
          area: true,
          values: series.column((c) => c.shares),
        },
      ],
    });
    series.metrics.forEach((metric, i) => this.metric(metric, i, answer, series, times, begin));
  }

  metric(metric, i, answer, series, times, begin) {
    if (!this.metrics.has(metric.series)) {
      const chart = new Chart({
        title: metric.label,
        format: (v) => format.value(v, metric.unit),
        tick: (v, all) => tickText(v, all, metric.unit),
        says: describe(metric.unit),
        // What should be small is shown from zero; what should be near 100% would be a flat line there.
        from: (data) => (data.limits.some((l) => l.below) ? undefined : 0),
      });
      this.metrics.set(metric.series, chart);
      this.grid.append(chart.node);
    }
    const limits = answer.criteria
      .filter((c) => c.series === metric.series)
      .flatMap((c) => [
        c.min === undefined
          ? null
          : { at: c.min, says: say("chart.atLeast", { value: format.value(c.min, c.unit) }), below: true },
        c.max === undefined ? null : { at: c.max, says: say("chart.atMost", { value: format.value(c.max, c.unit) }) },
      ])
      .filter((l) => l !== null);
    const stable = series.values("stable", i);
    const lines = [
      { name: say("chart.canary"), className: "cg-canary", mark: "disc", values: series.values("canary", i) },
    ];
    if (stable.some((v) => v !== null)) {
      const name = answer.traffic?.baseline === undefined ? say("chart.stable") : say("chart.baseline");
      lines.unshift({ name, className: "cg-stable", mark: "square", values: stable });
    }
    this.metrics.get(metric.series).show({ times, begin, marks: marks(series), limits, lines });
  }
}
