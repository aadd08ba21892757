// The buttons, each with a question before anything is done.

import { attribute, el, keyed, text } from "./dom.js";
import { message } from "./poll.js";
import * as format from "./format.js";
import { foreign, say } from "./words.js";

/** How many people must agree beside the reader. */
function more(a) {
  return a.approval.min - a.approval.agreements.length - 1;
}

const ASK = {
  approve: (a) => ({
    look: "primary",
    title: say("approve.title", { phase: a.approval.phase }),
    ...(more(a) > 0 ? { says: say("approve.saysMore", { count: more(a) }) } : {}),
    fields: { phase: a.approval.phase, ...(a.head ? { shown: a.head } : {}) },
    field: "comment",
    required: a.approval.requireComment,
  }),
  reject: (a) => ({
    confirm: say("reject.confirm"),
    sure: "danger",
    title: say("reject.title", { phase: a.approval.phase }),
    fields: { phase: a.approval.phase },
    field: "comment",
    required: a.approval.requireComment,
  }),
  withdrawApproval: (a) => ({
    look: "danger",
    title: say("withdrawApproval.title", { phase: a.approval.phase }),
    fields: { phase: a.approval.phase },
  }),
  promote: ({ next, version }) => ({
    label: next.name
      ? say("promote.labelTo", { phase: next.name, weight: format.weight(next.weight) })
      : say("promote.label"),
    title: next.name
      ? say("promote.titleTo", { phase: next.name, weight: format.weight(next.weight) })
      : say("promote.title", { version }),
    says: say(next.override ? "promote.skips" : "promote.passed"),
    fields: { to: next.to, override: next.override },
    field: next.override ? "reason" : undefined,
    required: next.override,
  }),
  hold: () => ({ field: "reason" }),
  release: () => ({ look: "primary" }),
  rollback: (a) => ({
    look: "danger",
    title: say("rollback.title", { version: a.version }),
    field: "reason",
    ...(a.watch ? { says: say("rollback.saysPromoted") } : {}),
  }),
  withdraw: () => ({ look: "danger" }),
  keep: () => ({ look: "primary", field: "comment" }),
  endWatch: () => ({ field: "reason" }),
  overrideWindow: () => ({ field: "comment", required: true }),
};

/**
 * The buttons by what they are about: the decision that is waited for, the rollout's course, and its end. So Reject, which
 * answers a question, stands beside Approve and not beside Roll back, which is there at any time.
 */
const GROUPS = {
  decision: ["approve", "reject", "withdrawApproval", "keep"],
  course: ["promote", "overrideWindow", "hold", "release", "endWatch"],
  end: ["rollback"],
};

/** What is asked before an action, and how its button looks. */
function asking(name, answer) {
  return { label: say(`${name}.label`), title: say(`${name}.title`), says: say(`${name}.says`), ...ASK[name](answer) };
}

export class Actions {
  /** @param done called after something was done; @param fallback where the focus goes when its button is gone */
  constructor(api, crumb, done, fallback) {
    Object.assign(this, { api, crumb, done, fallback });
    this.groups = Object.keys(GROUPS).map((name) => el("div", { class: "cg-group", "data-group": name }));
    this.node = el("div", { class: "cg-actions", role: "group", "aria-label": say("actions.title") }, ...this.groups);
    this.build();
  }

  build() {
    this.title = el("h3", { id: "cg-ask" });
    this.says = el("p");
    this.label = el("label", { for: "cg-why" });
    this.why = el("textarea", { id: "cg-why", rows: 3, maxlength: 2000 });
    this.refused = el("p", { class: "cg-alarm", role: "alert" });
    this.yes = el("button", { type: "submit", class: "cg-button" });
    const no = el("button", { type: "button", class: "cg-button" }, say("actions.cancel"));
    const form = el(
      "form",
      {},
      this.title,
      this.says,
      this.label,
      this.why,
      this.refused,
      el("div", { class: "cg-actions" }, no, this.yes),
    );
    this.dialog = el("dialog", { class: "cg-dialog", "aria-labelledby": "cg-ask" }, form);
    no.addEventListener("click", () => this.dialog.close());
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      this.submit();
    });
    this.dialog.addEventListener("close", () => this.closed?.());
  }

  update(a) {
    this.answer = a;
    const focused = this.node.contains(document.activeElement);
    this.groups.forEach((group, i) => this.fill(group, Object.values(GROUPS)[i], a));
    if (focused && !this.node.contains(document.activeElement)) {
      this.fallback().focus();
    }
  }

  fill(group, names, a) {
    const fit = names.filter((name) => a.actions.includes(name));
    attribute(group, "hidden", fit.length === 0 ? "" : null);
    keyed(
      group,
      fit,
      (name) => name,
      (name) => {
        const button = el("button", { type: "button", class: "cg-button", "data-action": name });
        button.addEventListener("click", () => this.ask(name, {}, button));
        return button;
      },
      (button, name) => {
        const asked = asking(name, a);
        attribute(button, "data-look", asked.look);
        text(button, asked.label);
      },
    );
  }

  /** Resolves to null when it was done, and to true when it was not. */
  ask(name, fields, opener) {
    const asked = asking(name, this.answer);
    text(this.title, asked.title);
    text(this.says, asked.says + (fields.item ? ` “${fields.item}”` : ""));
    text(this.label, asked.field && say(`actions.${asked.field}${asked.required ? "Needed" : ""}`));
    this.label.hidden = this.why.hidden = !asked.field;
    this.why.value = "";
    this.why.required = asked.required === true;
    text(this.refused, "");
    text(this.yes, asked.confirm ?? asked.label);
    attribute(this.yes, "data-look", asked.sure ?? asked.look ?? "primary");
    this.pending = { name, field: asked.field, fields: { ...fields, ...asked.fields } };
    this.result = true;
    this.dialog.showModal();
    (asked.field ? this.why : this.yes).focus();
    return new Promise((resolve) => {
      this.closed = () => {
        (opener?.isConnected === false ? this.fallback() : opener)?.focus();
        resolve(this.result);
      };
    });
  }

  async submit() {
    const { name, field, fields } = this.pending;
    this.yes.disabled = true;
    const refused = await this.act(name, field ? { ...fields, [field]: this.why.value } : fields);
    this.yes.disabled = false;
    text(this.refused, refused);
    if (refused === null) {
      this.result = null;
      this.dialog.close();
    }
  }

  /** Resolves to null, or to why it was refused. */
  async act(name, fields) {
    try {
      const response = await fetch(this.api + name, {
        method: "POST",
        headers: { "X-Requested-With": "XMLHttpRequest", ...this.crumb },
        body: new URLSearchParams(foreign() ? { ...fields, language: foreign() } : fields),
        credentials: "same-origin",
        signal: AbortSignal.timeout(15000),
      });
      if (!response.ok) {
        return await message(response);
      }
    } catch {
      return say("actions.noAnswer");
    }
    this.done();
    return null;
  }
}
