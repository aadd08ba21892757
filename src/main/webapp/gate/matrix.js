// The gate: each criterion with its value, threshold, course and verdict.

import { attribute, card, el, keyed, sentence, svg, text } from "./dom.js";
import { sparkline } from "./chart.js";
import { info, tellCriterion } from "./info.js";
import { verdict } from "./phases.js";
import * as format from "./format.js";
import { said, say } from "./words.js";

const SIGNS = { PASS: "good", FAIL: "bad", NO_DATA: "waiting", UNAVAILABLE: "waiting", NONE: "blind" };

const MARKS = { pass: "good", marginal: "waiting", fail: "bad", nodata: "waiting" };

export class Matrix {
  constructor() {
    this.body = el("tbody");
    this.none = el("p", { class: "cg-quiet" });
    this.mark = el("span", { class: "cg-verdict" });
    this.marks = el("span", { class: "cg-quiet" });
    this.score = el("p", { class: "cg-score", hidden: true }, this.mark, this.marks);
    this.node = card(
      say("matrix.title"),
      this.score,
      el(
        "div",
        { class: "cg-scroll" },
        el(
          "table",
          { class: "cg-table cg-matrix" },
          el(
            "thead",
            {},
            el(
              "tr",
              {},
              ...["criterion", "canary", "stable", "trend", "verdict"].map((h) =>
                el("th", { scope: "col", class: h === "stable" ? "cg-wide" : null }, say("matrix." + h)),
              ),
            ),
          ),
          this.body,
        ),
      ),
      this.none,
    );
  }

  update(a, series) {
    this.sum(a.score);
    text(this.none, a.criteria.length === 0 ? say("matrix.none") : "");
    keyed(
      this.body,
      a.criteria,
      (c) => c.label,
      () => this.row(),
      (row, c) => {
        const [name, value, stable, course, outcome] = row.children;
        const [label, dry, limit, says, about, query] = name.children;
        attribute(row, "data-outcome", c.outcome ?? "NONE");
        text(label, c.name ?? c.metric);
        text(dry, c.dryRun ? say("matrix.dryRun") : "");
        attribute(row, "data-dry", c.dryRun ? "" : null);
        // No metric's name has a blank. What a probe found stands among the probes, at length.
        const probe = c.metric.startsWith("probe ");
        const threshold = probe ? say("threshold.probe") : format.threshold(c);
        text(limit, c.name ? `${c.metric} ${threshold}` : threshold);
        tellCriterion(about, c);
        sentence(says, c.outcome && c.outcome !== "PASS" && !(probe && c.outcome === "FAIL") ? c.says : "");
        attribute(query, "hidden", c.query ? null : "");
        text(query.lastChild, c.query);
        text(query.firstChild.lastChild, say("matrix.of", { criterion: said(c.label) }));
        text(value, format.value(c.value, c.unit));
        text(stable, format.value(c.stable, c.unit));
        const values = series.values("canary", series.index(c.series));
        const limits = [c.min, c.max].filter((v) => v !== undefined);
        sparkline(course.firstChild, values, limits, c.outcome === "FAIL" && !c.dryRun ? "cg-bad" : "cg-canary");
        const known = c.outcome ?? "NONE";
        const wouldFail = c.dryRun && known === "FAIL";
        verdict(
          outcome.firstChild,
          wouldFail ? "waiting" : SIGNS[known],
          say(wouldFail ? "outcome.WOULD_FAIL" : "outcome." + known),
          c.since ? say("matrix.since", { time: format.elapsed(a.now - c.since) }) : "",
        );
      },
    );
  }

  sum(score) {
    attribute(this.score, "hidden", score ? null : "");
    if (score) {
      verdict(this.mark, MARKS[score.mark], say("score.is", { score: format.value(score.score, "count") }), "");
      text(
        this.marks,
        say("score.marks", {
          pass: format.value(score.pass, "count"),
          marginal: format.value(score.marginal, "count"),
        }),
      );
    }
  }

  row() {
    return el(
      "tr",
      {},
      el(
        "th",
        { scope: "row" },
        el("span", { class: "cg-metric" }),
        el("span", { class: "cg-tag" }),
        el("span", { class: "cg-threshold" }),
        el("span", { class: "cg-complaint" }),
        info(),
        el(
          "details",
          { class: "cg-more" },
          el("summary", {}, say("matrix.query"), el("span", { class: "cg-unseen" })),
          el("code"),
        ),
      ),
      el("td", { class: "cg-number cg-value" }),
      el("td", { class: "cg-number cg-wide" }),
      el("td", { class: "cg-course" }, svg("svg", { class: "cg-spark", "aria-hidden": "true" })),
      el("td", {}, el("span", { class: "cg-verdict" })),
    );
  }
}
