// What happened, who did it and why; newest first to the eye.

import { attribute, card, el, icon, keyed, text } from "./dom.js";
import * as format from "./format.js";
import { said, say } from "./words.js";

const SIGNS = { PLAIN: "blind", GOOD: "good", WAITING: "waiting", BAD: "bad" };
const MOST = 200;

// A sentence; and the lines below it, a command to be pasted, as they are.
function paragraphs(english) {
  const [line, ...block] = said(english).split("\n");
  const shown = [el("p", { lang: said(english) === english ? "en" : null }, line)];
  if (block.length > 0) {
    shown.push(el("pre", { class: "cg-command" }, block.join("\n")));
  }
  return shown;
}

export class Events {
  constructor() {
    this.log = el("ol", {
      class: "cg-events",
      role: "log",
      "aria-live": "polite",
      "aria-label": say("events.title"),
      tabindex: "0",
    });
    this.earlier = el("p", { class: "cg-quiet" });
    this.failedDeliveries = el("ul", { class: "cg-failed-deliveries" });
    this.node = card(say("events.title"), this.failedDeliveries, this.log, this.earlier);
  }

  forget() {
    this.log.replaceChildren();
  }

  update(a) {
    for (const e of a.events) {
      this.log.prepend(
        el(
          "li",
          { class: "cg-tone-" + SIGNS[e.tone] },
          icon(SIGNS[e.tone]),
          el(
            "div",
            {},
            ...paragraphs(e.text),
            el(
              "p",
              { class: "cg-quiet" },
              el("time", { datetime: new Date(e.at).toISOString() }, format.clock(e.at)),
              ` · +${format.elapsed(e.at - a.startedAt)} · ${said(e.by) ?? say("events.engine")}`,
            ),
          ),
        ),
      );
    }
    while (this.log.children.length > MOST) {
      this.log.lastChild.remove();
    }
    attribute(this.failedDeliveries, "hidden", a.failedDeliveries.length === 0 ? "" : null);
    keyed(
      this.failedDeliveries,
      a.failedDeliveries,
      (u) => `${u.format}/${u.to}`,
      () => el("li", {}, icon("waiting"), el("span")),
      (node, u) => {
        const to = `${say(`delivery.${u.format}`)} ${u.to}`;
        text(
          node.lastChild,
          u.tries === 0
            ? say("delivery.nobody", { to, says: said(u.says) })
            : say(u.over ? "delivery.over" : "delivery.trying", { to, tries: u.tries, says: said(u.says) }),
        );
      },
    );
    attribute(this.earlier, "hidden", a.earlierEvents === 0 ? "" : null);
    text(this.earlier, say("events.earlier", { count: format.count(a.earlierEvents) }));
  }
}
