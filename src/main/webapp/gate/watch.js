// After the promotion: for how long it is watched, what was found, and who decides.

import { attribute, card, el, text } from "./dom.js";
import * as format from "./format.js";
import { said, say } from "./words.js";

/** So long without data is told; shorter gaps are everyday. */
const BLIND_MILLIS = 300000;

export class Watch {
  constructor() {
    this.bar = el("span");
    this.words = el("p");
    this.blind = el("p", { class: "cg-quiet" });
    this.breach = el("p", { class: "cg-alarm", role: "alert" });
    this.node = card(
      say("watch.title"),
      el("div", { class: "cg-bar", "aria-hidden": "true" }, this.bar),
      this.words,
      this.blind,
      this.breach,
    );
    this.node.classList.add("cg-watch");
    this.node.hidden = true;
  }

  update(a) {
    const w = a.watch;
    attribute(this.node, "hidden", w ? null : "");
    if (!w) {
      return;
    }
    const left = Math.max(0, w.until - a.now);
    const open = a.outcome === undefined;
    this.bar.style.width = (w.length ? 100 - (100 * left) / w.length : 100) + "%";
    text(
      this.words,
      w.length === 0
        ? say("watch.lists")
        : [
            left > 0 && open
              ? say("watch.left", { left: format.elapsed(left), length: format.duration(w.length) })
              : say("watch.over", { length: format.duration(w.length) }),
            say(`watch.${w.onBreach}`),
          ].join(" "),
    );
    const gap = a.now - (w.lastDataAt ?? w.since);
    text(
      this.blind,
      w.length === 0 || !open || gap < BLIND_MILLIS
        ? ""
        : w.lastDataAt
          ? say("watch.blind", { since: format.moment(w.lastDataAt) })
          : say("watch.never"),
    );
    text(
      this.breach,
      !w.breach
        ? ""
        : [
            say("watch.breach", { since: format.moment(w.breachedAt), says: said(w.breach) }),
            w.asks ? say("watch.asks") : w.accepted ? say("watch.accepted", { user: w.accepted }) : null,
          ]
            .filter((s) => s)
            .join(" "),
    );
  }
}
