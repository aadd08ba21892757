// Who must agree before a phase is left: one line for the phase table, and a card while it is waited for.

import { attribute, card, el, keyed, text } from "./dom.js";
import * as format from "./format.js";
import { say } from "./words.js";

/** user:anna is anna, group:ops is the group ops, and a plain name is whatever it names. */
function named(entry) {
  const [, kind, name] = /^(user:|group:)?\s*(.*)$/.exec(entry);
  return kind === "group:" ? say("approval.group", { name }) : name;
}

/** Who must agree, who does not count, and when people are asked. */
export function terms(approval) {
  const by = approval.by.length > 0 ? approval.by.map(named).join(", ") : say("approval.anybody");
  return [
    say(approval.min === 1 ? "approval.one" : "approval.some", { count: approval.min, by }),
    ...approval.notBy.map((who) => say(`approval.not.${who}`)),
    approval.from && say("approval.from", { from: approval.from }),
  ]
    .filter((s) => s)
    .join("; ");
}

export class Approvals {
  constructor() {
    this.count = el("p");
    this.given = el("ul", { class: "cg-given" });
    this.terms = el("p", { class: "cg-quiet" });
    this.early = el("p", { class: "cg-quiet" });
    this.why = el("p", { class: "cg-why", role: "status" });
    this.node = card(say("approval.title"), this.count, this.given, this.why, this.early, this.terms);
    this.node.classList.add("cg-approvals");
    this.node.hidden = true;
  }

  update(a) {
    const approval = a.approval;
    attribute(this.node, "hidden", approval ? null : "");
    if (!approval) {
      return;
    }
    const { agreements, min, ineligible } = approval;
    text(
      this.count,
      agreements.length === 0 && min === 1
        ? say("approval.waits", { phase: approval.phase })
        : say("approval.count", { phase: approval.phase, agreed: agreements.length, min }),
    );
    keyed(
      this.given,
      agreements,
      (g) => g.by,
      () => el("li"),
      (item, g) =>
        text(
          item,
          say(g.comment ? "approval.givenWith" : "approval.given", {
            user: g.by,
            time: format.elapsed(a.now - g.at),
            comment: g.comment,
          }),
        ),
    );
    attribute(this.given, "hidden", agreements.length ? null : "");
    text(this.why, ineligible ? say(`approval.why.${ineligible}`) : "");
    text(this.early, approval.since ? "" : say("approval.early", { from: approval.from }));
    text(this.terms, terms(approval));
  }
}
