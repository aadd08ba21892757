// What each phase can detect for a service like this one, and where it cannot; computed when the rollout begins.

import { attribute, card, el, keyed, sentence, text } from "./dom.js";
import * as format from "./format.js";
import { say } from "./words.js";

export class PowerAnalysis {
  constructor() {
    this.service = el("p", { class: "cg-service" });
    this.list = el("ul", { class: "cg-powers" });
    this.node = card(say("power.title"), this.service, this.list);
  }

  update(a) {
    attribute(this.node, "hidden", a.powerAnalysis === undefined ? "" : null);
    if (a.powerAnalysis === undefined) {
      return;
    }
    text(
      this.service,
      say("power.service", {
        rate: format.value(a.powerAnalysis.requestsPerSecond, "per_second"),
        errors: format.value(a.powerAnalysis.errorRate, "ratio"),
      }),
    );
    keyed(
      this.list,
      a.powerAnalysis.lines,
      (l) => l.phase + "\n" + l.criterion,
      () =>
        el("li", {}, el("strong"), el("span", { class: "cg-power" }), el("p"), el("p", { class: "cg-power-warning" })),
      (node, l) => {
        const [phase, criterion, says, warning] = node.children;
        attribute(node, "data-level", l.warning === undefined ? "good" : "waiting");
        text(phase, l.phase);
        sentence(criterion, l.criterion);
        sentence(says, l.says);
        attribute(warning, "hidden", l.warning === undefined ? "" : null);
        sentence(warning, l.warning);
      },
    );
  }
}
