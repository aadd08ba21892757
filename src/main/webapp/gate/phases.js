// The phase table.

import { attribute, card, el, icon, keyed, text } from "./dom.js";
import * as format from "./format.js";

const STATES = {
  AHEAD: ["blind", "Ahead"],
  SHIFTING: ["busy", "Shifting"],
  WATCHING: ["busy", "Watching"],
  PASSED: ["good", "Passed"],
  FAILED: ["bad", "Failed"],
  OVERRIDDEN: ["waiting", "Left early"],
  SKIPPED: ["blind", "Skipped"],
  ROLLED_BACK: ["bad", "Taken back"],
};

export class Phases {
  constructor() {
    this.body = el("tbody");
    this.node = card("Phases", el("div", { class: "cg-scroll" }, el("table", { class: "cg-table" },
      el("thead", {}, el("tr", {}, ...["Phase", "Weight", "Hold", "Progress", "Began", "State"]
        .map((h, i) => el("th", { scope: "col", class: i === 4 ? "cg-wide" : null }, h)))), this.body)));
  }

  update(a) {
    keyed(this.body, a.phases.map((p, i) => ({ ...p, i })), (p) => p.i, (p) => {
      const bar = el("div", { class: "cg-bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100,
        "aria-label": "Green time of phase " + p.name }, el("span"));
      return el("tr", {}, el("th", { scope: "row" }), el("td", { class: "cg-number" }), el("td", { class: "cg-number" }),
        el("td", { class: "cg-progress" }, bar), el("td", { class: "cg-wide cg-number" }), el("td", {}, el("span", { class: "cg-verdict" })));
    }, (row, p) => {
      const [name, weight, hold, progress, began, state] = row.children;
      const done = p.holdMillis === 0 ? (p.passedAt ? 1 : 0) : p.greenMillis / p.holdMillis;
      const percent = Math.round((p.state === "PASSED" ? 1 : done) * 100);
      attribute(row, "data-state", p.state);
      text(name, p.name);
      text(weight, format.weight(p.weight));
      text(hold, p.holdMillis === 0 ? "none" : format.duration(p.holdMillis));
      attribute(progress.firstChild, "aria-valuenow", percent);
      progress.firstChild.firstChild.style.width = percent + "%";
      text(began, p.enteredAt ? "+" + format.duration(p.enteredAt - a.startedAt) : "");
      verdict(state.firstChild, ...STATES[p.state], p.approval && p.state === "AHEAD" ? "approval needed" : "");
    });
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
