// The phase table.

import { terms } from "./approvals.js";
import { attribute, card, el, icon, keyed, text } from "./dom.js";
import * as format from "./format.js";
import { said, say } from "./words.js";

const SIGNS = {
  AHEAD: "blind",
  SHIFTING: "busy",
  WATCHING: "busy",
  PASSED: "good",
  FAILED: "bad",
  OVERRIDDEN: "waiting",
  SKIPPED: "blind",
  ROLLED_BACK: "bad",
};

/** Nobody has left them yet. */
const UNDECIDED = new Set(["AHEAD", "SHIFTING", "WATCHING"]);

export class Phases {
  constructor() {
    this.body = el("tbody");
    this.node = card(
      say("phases.title"),
      el(
        "div",
        { class: "cg-scroll" },
        el(
          "table",
          { class: "cg-table" },
          el(
            "thead",
            {},
            el(
              "tr",
              {},
              ...["phase", "weight", "hold", "progress", "began", "state"].map((h) =>
                el(
                  "th",
                  { scope: "col", class: h === "began" || h === "progress" ? "cg-wide" : null },
                  say("phases." + h),
                ),
              ),
            ),
          ),
          this.body,
        ),
      ),
    );
  }

  update(a) {
    keyed(
      this.body,
      a.phases.map((p, i) => ({ ...p, i })),
      (p) => p.i,
      (p) => {
        const bar = el(
          "div",
          {
            class: "cg-bar",
            role: "progressbar",
            "aria-valuemin": 0,
            "aria-valuemax": 100,
            "aria-label": say("phases.greenTime", { phase: p.name }),
          },
          el("span"),
        );
        return el(
          "tr",
          {},
          el("th", { scope: "row" }, el("span"), el("span", { class: "cg-threshold" })),
          el("td", { class: "cg-number" }),
          el("td", { class: "cg-number" }),
          el("td", { class: "cg-progress cg-wide" }, bar),
          el("td", { class: "cg-wide cg-number" }),
          el("td", {}, el("span", { class: "cg-verdict" })),
        );
      },
      (row, p) => {
        const [name, weight, hold, progress, began, state] = row.children;
        const done = p.holdMillis === 0 ? (p.passedAt ? 1 : 0) : p.greenMillis / p.holdMillis;
        const percent = Math.round((p.state === "PASSED" ? 1 : done) * 100);
        attribute(row, "data-state", p.state);
        text(name.firstChild, p.name);
        text(name.lastChild, p.load ? say("phases.load", { load: said(p.load) }) : "");
        text(weight, said(p.traffic) ?? format.weight(p.weight));
        text(hold, p.holdMillis === 0 ? say("phases.none") : format.duration(p.holdMillis));
        attribute(progress.firstChild, "aria-valuenow", percent);
        progress.firstChild.firstChild.style.width = percent + "%";
        text(began, p.enteredAt ? "+" + format.elapsed(p.enteredAt - a.startedAt) : "");
        verdict(
          state.firstChild,
          SIGNS[p.state],
          say("phase." + p.state),
          p.approval && UNDECIDED.has(p.state) ? terms(p.approval) : "",
        );
      },
    );
  }
}

/** A sign, its word, and a smaller remark. */
export function verdict(node, sign, word, remark) {
  const now = sign + word;
  if (node.getAttribute("data-now") !== now) {
    node.setAttribute("data-now", now);
    node.className = "cg-verdict cg-tone-" + sign;
    node.replaceChildren(icon(sign), el("span", {}, word), el("small"));
  }
  text(node.lastChild, remark);
}
