// What the plan says about a criterion and about itself, for people.

import { attribute, el, keyed, text } from "./dom.js";
import { say } from "./words.js";

/** Links of a plan lead to the web and nowhere else, whatever a journal says. */
function links(named) {
  return named.filter(([, url]) => /^https?:\/\//.test(url ?? "")).map(([name, url]) => ({ name, url }));
}

export function info() {
  return el("span", { class: "cg-info" }, el("span"), el("span", { class: "cg-links" }));
}

/** @param named pairs of what a link leads to, and its address */
export function tell(node, why, named) {
  const [words, list] = node.children;
  const known = links(named);
  text(words, why);
  keyed(
    list,
    known,
    (l) => l.name,
    () => el("a", { target: "_blank", rel: "noopener noreferrer" }),
    (a, l) => {
      text(a, l.name);
      attribute(a, "href", l.url);
    },
  );
  attribute(node, "hidden", why || known.length > 0 ? null : "");
}

export function tellCriterion(node, c) {
  tell(node, c.why, [
    [say("info.runbook"), c.runbook],
    [say("info.dashboard"), c.dashboard],
  ]);
}
