// The gate page: <div id="canary-gate" data-api="BASE_URL/" data-crumb-header=".." data-crumb=".." data-language="de">
// shows the rollout whose JSON API is at BASE_URL, and lets people decide who may. Without a language it is the browser's.
// data-decide="PHASE" opens the question whether that phase is approved, if it is asked and the reader may.

import { el, text } from "./dom.js";
import { Abort } from "./abort.js";
import { Actions } from "./actions.js";
import { Approvals } from "./approvals.js";
import { Charts } from "./charts.js";
import { Checklists } from "./checklists.js";
import { Events } from "./events.js";
import { Head } from "./head.js";
import { Matrix } from "./matrix.js";
import { Phases } from "./phases.js";
import { Policies } from "./policies.js";
import { Poll } from "./poll.js";
import { PowerAnalysis } from "./power-analysis.js";
import { Probes } from "./probes.js";
import { Series } from "./series.js";
import { Watch } from "./watch.js";
import { hear, learn, say } from "./words.js";

/** Asks what a notification's link leads to, once. It is the reader who decides. */
function asked(actions, answer, phase) {
  if (answer.approval?.phase === phase && answer.actions.includes("approve")) {
    actions.ask("approve", {});
  }
}

function mount(root) {
  const { api, crumbHeader, crumb } = root.dataset;
  const series = new Series();
  const known = { rollout: undefined, since: 0 };
  const actions = new Actions(
    api,
    crumbHeader ? { [crumbHeader]: crumb } : {},
    () => poll.now(),
    () => head.says,
  );
  const head = new Head(actions.node);
  const checklists = new Checklists(
    (name, fields) => actions.act(name, fields),
    (name, fields) => actions.ask(name, fields),
  );
  const charts = new Charts();
  const events = new Events();
  const watch = new Watch();
  const approvals = new Approvals();
  const parts = [
    head,
    actions,
    new Matrix(),
    new Abort(),
    checklists,
    charts,
    new Phases(),
    events,
    watch,
    new PowerAnalysis(),
    new Probes(),
    new Policies(),
    approvals,
  ];
  const [, , matrix, abort, , , phases, , , powerAnalysis, probes, policies] = parts.map((p) => p.node);

  const poll = new Poll(
    api,
    () => ({ since: known.since, generation: series.generation }),
    (answer) => {
      if (known.since > answer.seq || (known.rollout !== undefined && known.rollout !== answer.rollout)) {
        // Another rollout answers at this address: nothing of the one before may stay.
        known.rollout = undefined;
        known.since = 0;
        series.forget();
        events.forget();
        return;
      }
      known.rollout = answer.rollout;
      known.since = answer.seq;
      hear(answer);
      series.take(answer.series);
      parts.forEach((part) => part.update(answer, series));
      head.trouble(null, null, answer.outcome !== undefined);
      root.setAttribute("data-seq", answer.seq);
      if (root.dataset.decide) {
        asked(actions, answer, root.dataset.decide);
        delete root.dataset.decide;
      }
    },
    (wait, said) => wait === null || head.trouble(wait, said),
  );

  root.classList.add("cg");
  root.replaceChildren(
    head.node,
    el(
      "div",
      { class: "cg-columns" },
      el("div", { class: "cg-main" }, matrix, phases, charts.node, charts.metricsNode, powerAnalysis),
      el(
        "div",
        { class: "cg-side" },
        approvals.node,
        watch.node,
        checklists.node,
        abort,
        policies,
        probes,
        events.node,
      ),
    ),
    actions.dialog,
  );
  poll.now();
}

for (const root of document.querySelectorAll("#canary-gate")) {
  const { language } = root.dataset;
  root.lang = await learn(...(language ? [language] : navigator.languages));
  // Alone in its window the page has a heading of its own.
  document.querySelectorAll(".cg-brand").forEach((brand) => {
    brand.lang = root.lang;
    text(brand, say("page.brand"));
  });
  mount(root);
}
