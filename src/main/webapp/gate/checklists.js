// Checklists, ticked by those who may.

import { attribute, card, el, icon, keyed, linked, text } from "./dom.js";
import * as format from "./format.js";
import { said, say } from "./words.js";

export class Checklists {
  /** @param act takes an action and its fields, and resolves to what was refused, or null */
  constructor(act, confirm) {
    this.act = act;
    this.confirm = confirm;
    this.lists = el("div");
    this.cap = el("p", { class: "cg-quiet" });
    this.refused = el("p", { class: "cg-alarm", role: "alert" });
    this.node = card(say("checklists.title"), this.cap, this.lists, this.refused);
  }

  update(a) {
    attribute(this.node, "hidden", a.checklists.length === 0 && !a.cap ? "" : null);
    text(
      this.cap,
      !a.cap
        ? ""
        : a.cap.lifted
          ? say("checklists.lifted", { weight: format.weight(a.cap.weight) })
          : say(a.cap.until ? "checklists.capUntil" : "checklists.cap", {
              weight: format.weight(a.cap.weight),
              checklist: a.cap.until,
            }),
    );
    const may = a.actions.includes("tick");
    keyed(
      this.lists,
      a.checklists,
      (l) => l.name + may,
      (l) =>
        el(
          "fieldset",
          { class: "cg-list" },
          el("legend", {}, el("span", {}, l.name), el("small"), el("small", { class: "cg-waited" })),
          el("ul"),
        ),
      (node, l) => {
        const [, about, waited] = node.firstChild.children;
        text(
          about,
          [
            l.when && say(`checklists.${l.when}`),
            say("checklists.progress", {
              ticked: l.items.filter((i) => i.ticked).length,
              items: l.items.length,
            }),
          ]
            .filter((s) => s)
            .join(", "),
        );
        text(waited, l.waited ? say("checklists.waited") : "");
        keyed(
          node.lastChild,
          l.items,
          (i) => i.item,
          (i) => this.item(l.name, i, may),
          (row, i) => {
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
            text(
              row.querySelector(".cg-unseen"),
              box ? "" : say(i.ticked ? "checklists.ticked" : "checklists.notTicked"),
            );
          },
        );
      },
    );
  }

  about(i) {
    const who = i.provenBy
      ? say("checklists.proven", { criterion: said(i.provenBy) })
      : i.ticked
        ? (i.by ?? say("checklists.somebody"))
        : null;
    return [who, i.ticked ? said(i.proof) : null, i.ticked ? format.moment(i.at) : null].filter((s) => s).join(", ");
  }

  item(checklist, { item, provenBy }, may) {
    const words = el("span", {}, ...linked(item), el("small"));
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
    const refused = wanted
      ? await this.act("tick", { checklist, item })
      : await this.confirm("withdraw", { checklist, item });
    box.removeAttribute("data-busy");
    text(this.refused, refused === true ? "" : refused);
    if (refused !== null) {
      box.checked = !wanted;
    }
  }
}
