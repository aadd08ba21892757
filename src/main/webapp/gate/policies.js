// What policies added to the plan.

import { attribute, card, el, keyed, sentence, text } from "./dom.js";
import { said, say } from "./words.js";

export class Policies {
  constructor() {
    this.list = el("ul", { class: "cg-policies" });
    this.node = card(say("policies.title"), this.list);
    this.node.hidden = true;
  }

  update(a) {
    const added = a.policies ?? [];
    attribute(this.node, "hidden", added.length ? null : "");
    keyed(
      this.list,
      added,
      (p) => p.policy + p.added,
      () => el("li", {}, el("span"), el("p", { class: "cg-quiet" })),
      (node, p) => {
        sentence(node.firstChild, p.added);
        text(node.lastChild, said(p.policy));
      },
    );
  }
}
