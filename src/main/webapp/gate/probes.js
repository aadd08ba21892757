// What each probe came to last.

import { attribute, card, el, icon, keyed, text } from "./dom.js";
import * as format from "./format.js";
import { say } from "./words.js";

const LOOKS = { PASS: "good", FAIL: "bad", NO_DATA: "waiting", UNAVAILABLE: "waiting" };

export class Probes {
  constructor() {
    this.list = el("ul", { class: "cg-sights" });
    this.node = card(say("probes.title"), this.list);
    attribute(this.node, "hidden", "");
  }

  update(a) {
    attribute(this.node, "hidden", a.probes.length === 0 ? "" : null);
    keyed(this.list, a.probes, (p) => `${p.probe}/${p.track}/${p.outcome}`, (p) => el("li", { "data-level": LOOKS[p.outcome] },
      icon(LOOKS[p.outcome]), el("strong"), el("p"), el("p")), (node, p) => {
      const [, name, says, about] = node.children;
      text(name, say("probes.on", { probe: p.probe, track: say(`chart.${p.track}`) }));
      text(says, `${say(`outcome.${p.outcome}`)}: ${p.says}`);
      text(about, say("probes.sent", { count: p.requests, at: format.moment(p.at) }));
    });
  }
}
