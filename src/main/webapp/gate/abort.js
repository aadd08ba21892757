// The abort rules, and how near each is to firing.

import { attribute, card, el, keyed, text } from "./dom.js";
import { info, tellCriterion } from "./info.js";
import * as format from "./format.js";
import { said, say } from "./words.js";

function remark(rule) {
  if (rule.fired) {
    return say(rule.dryRun ? "abort.wouldHaveFired" : "abort.fired");
  }
  if (rule.nearness === undefined) {
    return say("abort.noData");
  }
  if (rule.brokenMillis !== undefined && rule.sustainedMillis > 0) {
    return say("abort.broken", {
      time: format.elapsed(rule.brokenMillis),
      limit: format.duration(rule.sustainedMillis),
    });
  }
  return rule.unit === "count"
    ? say("abort.count", { value: format.count(rule.value), limit: format.count(rule.limit) })
    : say("abort.now", { value: format.value(rule.value, rule.unit) });
}

/** A rule with a time to it may be broken for a while before it fires. */
function level(rule) {
  if (rule.dryRun) {
    return rule.fired || rule.nearness >= 0.8 ? "waiting" : "good";
  }
  return rule.fired || (rule.outcome === "FAIL" && rule.sustainedMillis === 0)
    ? "bad"
    : rule.nearness >= 0.8
      ? "waiting"
      : "good";
}

export class Abort {
  constructor() {
    this.list = el("ul", { class: "cg-rules" });
    this.node = card(say("abort.title"), this.list);
  }

  update(a) {
    attribute(this.node, "hidden", a.abort.length === 0 ? "" : null);
    keyed(
      this.list,
      a.abort,
      (r) => r.label,
      () =>
        el(
          "li",
          {},
          el("span", { class: "cg-rule" }),
          el("span", { class: "cg-remark" }),
          el("div", { class: "cg-bar", role: "meter", "aria-valuemin": 0, "aria-valuemax": 100 }, el("span")),
          info(),
        ),
      (node, r) => {
        const [label, says, meter, about] = node.children;
        tellCriterion(about, r);
        const percent = Math.round((r.nearness ?? 0) * 100);
        attribute(node, "data-level", level(r));
        text(
          label,
          [r.name && `${r.name}:`, said(r.says), r.dryRun && `(${say("matrix.dryRun")})`].filter((s) => s).join(" "),
        );
        text(says, remark(r));
        attribute(meter, "aria-label", say("abort.near", { rule: said(r.says) }));
        attribute(meter, "aria-valuenow", percent);
        attribute(meter, "aria-valuetext", remark(r));
        meter.firstChild.style.width = percent + "%";
      },
    );
  }
}
