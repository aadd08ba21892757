// The gate: each criterion with its value, threshold, course and verdict.

import { attribute, card, el, keyed, svg, text } from "./dom.js";
import { sparkline } from "./chart.js";
import { verdict } from "./phases.js";
import * as format from "./format.js";

const OUTCOMES = {
  PASS: ["good", "Pass"],
  FAIL: ["bad", "Fail"],
  NO_DATA: ["waiting", "No data"],
  UNAVAILABLE: ["waiting", "Source down"],
};

export class Matrix {
  constructor() {
    this.body = el("tbody");
    this.none = el("p", { class: "cg-quiet" });
    this.node = card("Gate", el("div", { class: "cg-scroll" }, el("table", { class: "cg-table cg-matrix" },
      el("thead", {}, el("tr", {}, ...["Criterion", "Canary", "Stable", "Trend", "Verdict"]
        .map((h) => el("th", { scope: "col", class: h === "Stable" ? "cg-wide" : null }, h)))), this.body)), this.none);
  }

  update(a, series) {
    text(this.none, a.criteria.length === 0 ? "This phase has no criteria." : "");
    keyed(this.body, a.criteria, (c) => c.label, () => this.row(), (row, c) => {
      const [name, value, stable, course, outcome] = row.children;
      const [label, limit, says, query] = name.children;
      attribute(row, "data-outcome", c.outcome ?? "NONE");
      text(label, c.metric);
      text(limit, format.threshold(c));
      text(says, c.outcome && c.outcome !== "PASS" ? c.says : "");
      attribute(query, "hidden", c.query ? null : "");
      text(query.lastChild, c.query);
      text(query.firstChild.lastChild, " of " + c.label);
      text(value, format.value(c.value, c.unit));
      text(stable, format.value(c.stable, c.unit));
      const values = series.values("canary", series.index(c.series));
      const limits = [c.min, c.max].filter((v) => v !== undefined);
      sparkline(course.firstChild, values, limits, c.outcome === "FAIL" ? "cg-bad" : "cg-canary");
      const [sign, word] = OUTCOMES[c.outcome] ?? ["blind", "Not yet"];
      verdict(outcome.firstChild, sign, word, c.since ? "for " + format.duration(a.now - c.since) : "");
    });
  }

  row() {
    return el("tr", {},
      el("th", { scope: "row" }, el("span", { class: "cg-metric" }), el("span", { class: "cg-threshold" }),
        el("span", { class: "cg-complaint" }),
        el("details", { class: "cg-more" }, el("summary", {}, "Query", el("span", { class: "cg-unseen" })), el("code"))),
      el("td", { class: "cg-number cg-value" }), el("td", { class: "cg-number cg-wide" }),
      el("td", { class: "cg-course" }, svg("svg", { class: "cg-spark", "aria-hidden": "true" })),
      el("td", {}, el("span", { class: "cg-verdict" })));
  }
}
