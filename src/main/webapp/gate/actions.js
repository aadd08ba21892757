// The buttons, each with a question before anything is done.

import { attribute, el, keyed, text } from "./dom.js";
import { message } from "./poll.js";
import * as format from "./format.js";

const ASK = {
  approve: (a) => ({
    label: "Approve", look: "primary", title: `Approve phase ${a.approval.phase}?`,
    says: "The rollout goes on, and your name, the comment and the readings of this moment are kept.",
    field: "comment", required: a.approval.requireComment,
  }),
  reject: (a) => ({
    label: "Reject", look: "danger", title: `Reject phase ${a.approval.phase}?`,
    says: "The rollout is taken back: no request goes to the canary any more.",
    field: "comment", required: a.approval.requireComment,
  }),
  promote: (a) => ({
    label: a.next.name ? `Go to ${a.next.name} (${format.weight(a.next.weight)})` : "Promote",
    title: a.next.name ? `Go to ${a.next.name} at ${format.weight(a.next.weight)}?` : `Promote ${a.version}?`,
    says: a.next.override ? "The gate of this phase has not passed. Going on now skips the rest of its hold." : "The gate of this phase has passed.",
    fields: { to: a.next.to, override: a.next.override },
  }),
  hold: () => ({
    label: "Hold", title: "Hold the rollout?",
    says: "The weight stays as it is until the hold is lifted. Abort rules are watched all the same.", field: "reason",
  }),
  release: () => ({ label: "Lift hold", look: "primary", title: "Lift the hold?", says: "The rollout goes on where it stands." }),
  rollback: (a) => ({
    label: "Roll back", look: "danger", title: `Roll back ${a.version}?`,
    says: a.watch ? "The promotion is taken back: the version from before the rollout comes back."
      : "No request goes to the canary any more, and the rollout ends.", field: "reason",
  }),
  withdraw: () => ({
    label: "Withdraw", look: "danger", title: "Withdraw this item?",
    says: "No traffic is taken back, and the weight does not rise until the item is ticked again. Above the cap the rollout is put on hold.",
    hidden: true,
  }),
  keep: () => ({
    label: "Keep the version", look: "primary", title: "Keep the version in spite of the breach?",
    says: "The watch goes on, and your name and the comment are kept.", field: "comment",
  }),
  endWatch: () => ({
    label: "End the watch", title: "End the watch?",
    says: "The version stays, and nobody looks after it here any more.", field: "reason",
  }),
};

export class Actions {
  /** @param done called after something was done; @param fallback where the focus goes when its button is gone */
  constructor(api, crumb, done, fallback) {
    Object.assign(this, { api, crumb, done, fallback });
    this.node = el("div", { class: "cg-actions", role: "group", "aria-label": "Actions" });
    this.build();
  }

  build() {
    this.title = el("h3", { id: "cg-ask" });
    this.says = el("p");
    this.label = el("label", { for: "cg-why" });
    this.why = el("textarea", { id: "cg-why", rows: 3, maxlength: 2000 });
    this.refused = el("p", { class: "cg-alarm", role: "alert" });
    this.yes = el("button", { type: "submit", class: "cg-button" });
    const no = el("button", { type: "button", class: "cg-button" }, "Cancel");
    const form = el("form", {}, this.title, this.says, this.label, this.why, this.refused,
      el("div", { class: "cg-actions" }, no, this.yes));
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
    keyed(this.node, a.actions.filter((name) => ASK[name] && name !== "withdraw"), (name) => name, (name) => {
      const button = el("button", { type: "button", class: "cg-button", "data-action": name });
      button.addEventListener("click", () => this.ask(name, {}, button));
      return button;
    }, (button, name) => {
      const asked = ASK[name](a);
      attribute(button, "data-look", asked.look);
      text(button, asked.label);
    });
    if (focused && !this.node.contains(document.activeElement)) {
      this.fallback().focus();
    }
  }

  /** Resolves to null when it was done, and to true when it was not. */
  ask(name, fields, opener) {
    const asked = ASK[name](this.answer);
    text(this.title, asked.title);
    text(this.says, asked.says + (fields.item ? ` “${fields.item}”` : ""));
    text(this.label, asked.field === "comment" ? "Comment" + (asked.required ? " (needed)" : "") : "Reason");
    this.label.hidden = this.why.hidden = !asked.field;
    this.why.value = "";
    this.why.required = asked.required === true;
    text(this.refused, "");
    text(this.yes, asked.label);
    attribute(this.yes, "data-look", asked.look ?? "primary");
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
        body: new URLSearchParams(fields),
        credentials: "same-origin",
        signal: AbortSignal.timeout(15000),
      });
      if (!response.ok) {
        return await message(response);
      }
    } catch {
      return "The server did not answer: nothing is known to have been done. Try again.";
    }
    this.done();
    return null;
  }
}
