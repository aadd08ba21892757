// Checklists, ticked by those who may.

import { attribute, card, el, icon, keyed, text } from "./dom.js";
import * as format from "./format.js";

const WORDS = {
  title: "Checklists",
  when: { before: "before the first shift", during: "before the promotion", post: "after the promotion" },
  progress: (done, all) => `${done} of ${all}`,
  waited: "the rollout waits for it",
  lifted: (weight) => `The cap of ${weight} is lifted.`,
  capped: (weight, until) => `No more than ${weight}${until ? ` until ${until} is complete` : ""}.`,
  ticked: "ticked", open: "not ticked", somebody: "somebody",
  proven: (by) => `Proven by ${by}`,
};

export class Checklists {
  /** @param act takes an action and its fields, and resolves to what was refused, or null */
  constructor(act, confirm) {
    this.act = act;
    this.confirm = confirm;
    this.lists = el("div");
    this.cap = el("p", { class: "cg-quiet" });
    this.refused = el("p", { class: "cg-alarm", role: "alert" });
    this.node = card(WORDS.title, this.cap, this.lists, this.refused);
  }

  update(a) {
    attribute(this.node, "hidden", a.checklists.length === 0 && !a.cap ? "" : null);
    text(this.cap, !a.cap ? "" : a.cap.lifted
      ? WORDS.lifted(format.weight(a.cap.weight)) : WORDS.capped(format.weight(a.cap.weight), a.cap.until));
    const may = a.actions.includes("tick");
    keyed(this.lists, a.checklists, (l) => l.name + may, (l) => el("fieldset", { class: "cg-list" },
      el("legend", {}, el("span", {}, l.name), el("small"), el("small", { class: "cg-waited" })), el("ul")), (node, l) => {
      const [, about, waited] = node.firstChild.children;
      text(about, [WORDS.when[l.when], WORDS.progress(l.items.filter((i) => i.ticked).length, l.items.length)].filter((s) => s).join(", "));
      text(waited, l.waited ? WORDS.waited : "");
      keyed(node.lastChild, l.items, (i) => i.item, (i) => this.item(l.name, i, may), (row, i) => {
        const box = row.querySelector("input");
        if (box && !box.matches("[data-busy]")) {
          box.checked = i.ticked;
        }
        const sign = i.ticked ? "good" : "open";
        if (!box && row.firstChild.getAttribute("data-sign") !== sign) {
          const drawn = icon(sign);
          drawn.setAttribute("data-sign", sign);
          row.firstChild.replaceWith(drawn);
        }
        text(row.querySelector("small"), this.about(i));
        text(row.querySelector(".cg-unseen"), box ? "" : i.ticked ? WORDS.ticked : WORDS.open);
      });
    });
  }

  about(i) {
    const who = i.provenBy ? WORDS.proven(i.provenBy) : i.ticked ? i.by ?? WORDS.somebody : null;
    return [who, i.ticked ? i.proof : null, i.ticked ? format.moment(i.at) : null].filter((s) => s).join(", ");
  }

  item(checklist, { item, provenBy }, may) {
    const words = el("span", {}, item, el("small"));
    if (!may || provenBy) {
      return el("li", {}, icon("good"), words, el("span", { class: "cg-unseen" }));
    }
    const box = el("input", { type: "checkbox" });
    box.addEventListener("change", () => this.change(box, checklist, item));
    return el("li", {}, el("label", {}, box, words), el("span", { class: "cg-unseen" }));
  }

  async change(box, checklist, item) {
    const wanted = box.checked;
    box.setAttribute("data-busy", "");
    const refused = wanted ? await this.act("tick", { checklist, item }) : await this.confirm("withdraw", { checklist, item });
    box.removeAttribute("data-busy");
    text(this.refused, refused === true ? "" : refused);
    if (refused !== null) {
      box.checked = !wanted;
    }
  }
}
