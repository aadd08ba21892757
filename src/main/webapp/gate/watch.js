// After the promotion: for how long it is watched, what was found, and who decides.

import { attribute, card, el, text } from "./dom.js";
import * as format from "./format.js";

const LEADS_TO = {
  alert: "A breach is told.",
  rollback: "A breach takes the promotion back.",
  ask: "A breach is told, and somebody decides whether the version stays.",
};

const WORDS = {
  title: "Watch after the promotion",
  lists: "Promoted. Open for the checklists that follow.",
  left: (left, length) => `${left} of ${length} left. `,
  over: (length) => `${length} are over. `,
  blind: (at) => `No data since ${at}: the watch is blind meanwhile.`,
  never: "No data yet: the watch is blind meanwhile.",
  breach: (at, says) => `Breach since ${at}: ${says}`,
  asks: "Keep the version, or roll it back.",
  accepted: (by) => `Kept by ${by} in spite of it.`,
};

/** So long without data is told; shorter gaps are everyday. */
const BLIND_MILLIS = 300000;

export class Watch {
  constructor() {
    this.bar = el("span");
    this.words = el("p");
    this.blind = el("p", { class: "cg-quiet" });
    this.breach = el("p", { class: "cg-alarm", role: "alert" });
    this.node = card(WORDS.title, el("div", { class: "cg-bar", "aria-hidden": "true" }, this.bar), this.words, this.blind,
      this.breach);
    this.node.classList.add("cg-watch");
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
    text(this.words, w.length === 0 ? WORDS.lists
      : (left > 0 && open ? WORDS.left(format.duration(left), format.duration(w.length)) : WORDS.over(format.duration(w.length)))
        + LEADS_TO[w.onBreach]);
    const gap = a.now - (w.lastDataAt ?? w.since);
    text(this.blind, w.length === 0 || !open || gap < BLIND_MILLIS ? ""
      : w.lastDataAt ? WORDS.blind(format.moment(w.lastDataAt)) : WORDS.never);
    text(this.breach, !w.breach ? "" : WORDS.breach(format.moment(w.breachedAt), w.breach)
      + (w.asks ? " " + WORDS.asks : w.accepted ? " " + WORDS.accepted(w.accepted) : ""));
  }
}
