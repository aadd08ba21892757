// What each probe came to last.

import { attribute, card, el, keyed, sentence, text } from "./dom.js";
import * as format from "./format.js";
import { verdict } from "./phases.js";
import { say } from "./words.js";

const SIGNS = { PASS: "good", FAIL: "bad", NO_DATA: "waiting", UNAVAILABLE: "waiting", NONE: "blind" };

export class Probes {
  constructor() {
    this.list = el("ul", { class: "cg-probes" });
    this.node = card(say("probes.title"), this.list);
    attribute(this.node, "hidden", "");
  }

  update(a) {
    attribute(this.node, "hidden", a.probes.length === 0 ? "" : null);
    keyed(
      this.list,
      a.probes,
      (p) => `${p.probe}/${p.track ?? ""}`,
      () => el("li", {}, el("strong"), el("span", { class: "cg-verdict" }), el("p"), el("p", { class: "cg-quiet" })),
      (node, p) => {
        const [name, outcome, says, about] = node.children;
        const known = p.outcome ?? "NONE";
        attribute(node, "data-outcome", known);
        text(name, p.track ? say("probes.on", { probe: p.probe, track: say(`chart.${p.track}`) }) : p.probe);
        verdict(outcome, SIGNS[known], say(`probes.${known}`), "");
        sentence(says, p.says);
        text(about, p.outcome ? this.about(p) : "");
      },
    );
  }

  about(p) {
    return [
      say(p.requests === 1 ? "probes.sentOne" : "probes.sent", { count: format.count(p.requests) }) +
        (p.statuses ? ` (${p.statuses})` : ""),
      p.p95 === undefined ? null : `p95 ${format.value(p.p95, "seconds")}`,
      format.moment(p.at),
    ]
      .filter((s) => s)
      .join(", ");
  }
}
