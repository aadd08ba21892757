// The state in one look: what the rollout does, how well, where it is, why.

import { attribute, el, icon, keyed, sentence, text } from "./dom.js";
import { info, tell } from "./info.js";
import * as format from "./format.js";
import { said, say } from "./words.js";

const SIGNS = { GOOD: "good", BUSY: "busy", WAITING: "waiting", BAD: "bad" };

function fact(name) {
  const value = el("dd");
  return { node: el("div", {}, el("dt", {}, name), value), value };
}

/** At the least: what the holds that are left add up to. */
function toGo(answer) {
  const open = answer.phases.filter((p) => p.state === "AHEAD" || p.state === "WATCHING" || p.state === "SHIFTING");
  return open.reduce((sum, p) => sum + p.holdMillis - p.greenMillis, 0);
}

/** The tab: its title begins with the state, and its icon is that of the health. */
function tab(a) {
  document.title = [said(a.says), [a.name, a.version].filter((s) => s).join(" ")].join(" · ");
  const drawn = new URL(`icon-${SIGNS[a.health]}.svg`, import.meta.url).href;
  const link = document.querySelector("link[rel=icon]") ?? document.head.appendChild(el("link", { rel: "icon" }));
  attribute(link, "type", "image/svg+xml");
  attribute(link, "href", drawn);
  document.querySelector("link[rel='alternate icon']")?.remove();
}

/** Until when nothing rises, and why; "" while the plan's windows are open. */
function windowSays(w) {
  if (!w) {
    return "";
  }
  const until = w.opens === undefined ? "" : `${format.momentIn(w.opens, w.zone)} ${w.zone}`;
  const closed = say(until ? (w.reason ? "window.untilBecause" : "window.until") : "window.unknown", {
    until,
    reason: said(w.reason),
  });
  return w.overriddenBy ? `${closed} ${say("window.overridden", { user: w.overriddenBy })}` : closed;
}

export class Head {
  constructor(actions) {
    this.name = el("h2");
    this.version = el("span", { class: "cg-version" });
    this.origin = el("p", { class: "cg-origin" });
    this.about = info();
    this.connection = el("p", { class: "cg-connection" });
    this.sign = el("div", { class: "cg-sign" });
    this.says = el("p", { class: "cg-says", tabindex: "-1" });
    this.reason = el("p", { class: "cg-reason" });
    this.window = el("p", { class: "cg-quiet" });
    this.spoken = el("p", { class: "cg-unseen", role: "status" });
    this.alarm = el("p", { class: "cg-alarm", role: "alert" });
    this.steps = el("div", { class: "cg-steps", "aria-hidden": "true" });
    this.facts = {
      weight: fact(say("head.weight")),
      phase: fact(say("head.inPhase")),
      green: fact(say("head.green")),
      toGo: fact(say("head.toGo")),
      requests: fact(say("head.requests")),
    };
    this.node = el(
      "div",
      {},
      el(
        "header",
        { class: "cg-top" },
        el("div", {}, el("div", { class: "cg-title" }, this.name, this.version), this.origin, this.about),
        this.connection,
      ),
      el(
        "section",
        { class: "cg-card cg-state", "aria-label": say("head.state") },
        el(
          "div",
          { class: "cg-now" },
          this.sign,
          el("div", { class: "cg-words" }, this.says, this.reason, this.window),
          actions,
        ),
        this.alarm,
        this.steps,
        el("dl", { class: "cg-facts" }, ...Object.values(this.facts).map((f) => f.node)),
        this.spoken,
      ),
    );
  }

  update(a) {
    text(this.name, a.name);
    text(this.version, a.version);
    text(
      this.origin,
      [
        a.owner,
        a.by && say("head.by", { user: a.by }),
        a.startedAt && format.moment(a.startedAt),
        a.mode === "STEPWISE" ? say("head.stepwise") : null,
      ]
        .filter((s) => s)
        .join(" · "),
    );
    const about = a.about ?? {};
    const owner = about.owner && say("info.owner", { owner: about.owner });
    tell(this.about, [owner, about.description].filter((s) => s).join(" · "), Object.entries(about.links ?? {}));
    attribute(this.node, "data-health", a.health);
    if (this.sign.getAttribute("data-sign") !== a.health) {
      this.sign.setAttribute("data-sign", a.health);
      this.sign.replaceChildren(icon(SIGNS[a.health]));
    }
    tab(a);
    sentence(this.says, a.says);
    sentence(this.reason, a.reason);
    text(this.window, windowSays(a.window));
    text(this.alarm, a.journalError && say("head.journal", { error: a.journalError }));
    this.speak(a);
    this.walk(a);
    this.count(a);
  }

  /** Read out when the state changes, not at every tick. */
  speak(a) {
    const state = [a.status, a.health, a.weight, a.phases.map((p) => p.state).join()].join();
    if (state !== this.spokenState) {
      this.spokenState = state;
      text(
        this.spoken,
        a.health === "GOOD" && a.outcome === undefined
          ? say("head.healthy", { says: said(a.says) })
          : `${said(a.says)}. ${said(a.reason) ?? ""}`,
      );
    }
  }

  walk(a) {
    keyed(
      this.steps,
      a.phases.map((p, i) => ({ ...p, i })),
      (p) => p.i,
      () =>
        el(
          "div",
          { class: "cg-step" },
          el("span", { class: "cg-step-bar" }, el("span")),
          el("span", { class: "cg-step-name" }),
          el("span", { class: "cg-step-weight" }),
        ),
      (node, p) => {
        const done = p.holdMillis === 0 || p.state === "PASSED" ? 1 : p.greenMillis / p.holdMillis;
        const began = p.state !== "AHEAD" && p.state !== "SKIPPED" && p.state !== "SHIFTING";
        attribute(node, "data-state", p.state);
        node.firstChild.firstChild.style.width = (began ? Math.max(4, done * 100) : 0) + "%";
        text(node.children[1], p.name);
        text(node.children[2], said(p.traffic) ?? format.weight(p.weight));
      },
    );
  }

  count(a) {
    const current = a.phases.findLast((p) => p.enteredAt !== undefined);
    const open = a.outcome === undefined;
    const observed = a.traffic.observed;
    text(
      this.facts.weight.value,
      observed === undefined
        ? format.weight(a.weight)
        : say("head.observed", { weight: format.weight(a.weight), share: format.value(observed, "ratio") }),
    );
    attribute(this.facts.weight.value, "class", observed === undefined ? null : "cg-disagrees");
    text(this.facts.phase.value, current ? format.elapsed((current.leftAt ?? a.now) - current.enteredAt) : "–");
    text(
      this.facts.green.value,
      current && current.holdMillis > 0
        ? say("head.of", { part: format.elapsed(current.greenMillis), whole: format.duration(current.holdMillis) })
        : "–",
    );
    const [name, value] = this.ahead(a, open);
    text(this.facts.toGo.node.firstChild, name);
    text(this.facts.toGo.value, value);
    const t = a.traffic;
    text(
      this.facts.requests.value,
      t.canary === undefined
        ? say("head.notCounted")
        : say("head.of", { part: format.count(t.canary), whole: format.count(t.canary + t.stable) }),
    );
  }

  ahead(a, open) {
    if (!open) {
      return [say("head.took"), format.elapsed(a.endedAt - a.startedAt)];
    }
    if (a.status === "ROLLING_BACK") {
      return [say("head.rollingBack"), format.elapsed(a.now - a.intent.since)];
    }
    if (a.approval) {
      const { since, timeout, from } = a.approval;
      if (!since) {
        return [say("head.approvalFrom"), from];
      }
      return [
        say("head.approvalAsked"),
        say(timeout ? "head.agoWithLeft" : "head.ago", {
          time: format.elapsed(a.now - since),
          left: timeout && format.elapsed(since + timeout - a.now),
        }),
      ];
    }
    if (a.window?.waits && a.window.opens) {
      return [say("head.windowOpens"), format.elapsed(a.window.opens - a.now)];
    }
    if (a.watch) {
      return [say("head.watchEnds"), a.watch.length ? format.elapsed(a.watch.until - a.now) : "–"];
    }
    const left = toGo(a);
    return [say("head.toGo"), left > 0 ? say("head.atLeast", { time: format.elapsed(left) }) : "–"];
  }

  /** @param wait null while the server answers, else seconds until the next try */
  trouble(wait, said, ended) {
    attribute(this.connection, "data-state", wait === null ? (ended ? "ended" : "live") : "lost");
    text(
      this.connection,
      wait === null
        ? say(ended ? "head.ended" : "head.live")
        : say(said ? "head.lostBecause" : "head.lost", { said, wait }),
    );
  }
}
