// What Blue Ocean gets of this plugin: the file that it asks for runs as a plain script on its page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";

const RESOURCES = new URL("../../main/resources/", import.meta.url);
const read = (path) => readFileSync(new URL(path, RESOURCES), "utf8");

/** A page of Blue Ocean's that waits for the file, and the answer of the server. */
function page(answer) {
  const seen = { registered: [], resolved: [], asked: [], cleared: [] };
  class Component {
    constructor(props) {
      this.props = props;
    }
    setState(state) {
      Object.assign(this.state, state);
    }
  }
  const createElement = (tag, props) => ({ tag, props });
  const store = { _registerComponentInstance: (...what) => seen.registered.push(what) };
  const waiter = { timeoutObj: 7, resolve: (exports) => seen.resolved.push(exports) };
  const window = {
    jenkinsCIGlobal: {
      rootURL: "/jenkins",
      plugins: {
        react: { "react@any": { exports: { Component, createElement } } },
        "jenkins-cd-js-extensions": { "jenkins-cd-js-extensions@any": { exports: { store } } },
        "canary-release": { loadingModules: { "jenkins-js-extension": { waitList: [waiter] } } },
      },
    },
  };
  const fetch = async (address) => {
    seen.asked.push(address);
    return answer;
  };
  const timers = { every: null };
  vm.runInNewContext(read("org/jenkins/ui/jsmodules/canary-release/jenkins-js-extension.js"), {
    window,
    fetch,
    setInterval: (tick) => {
      timers.every = tick;
      return 1;
    },
    clearInterval: (id) => seen.cleared.push(id),
    clearTimeout: (id) => seen.cleared.push(id),
  });
  return { seen, timers, loading: window.jenkinsCIGlobal.plugins["canary-release"].loadingModules };
}

const PIPELINE = "/blue/rest/organizations/jenkins/pipelines/";
const run = (state, path = "shop/runs/1/") => ({ id: "1", state, _links: { self: { href: PIPELINE + path } } });
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("every component that is announced is registered, and who waits for the file is woken up", () => {
  const { seen, loading } = page({ ok: false });
  const announced = JSON.parse(read("jenkins-js-extension.json"));
  assert.deepEqual(
    seen.registered.map(([point, plugin, component]) => [point, plugin, component]),
    announced.extensions.map((e) => [e.extensionPoint, announced.hpiPluginId, e.component]),
  );
  assert.equal(seen.resolved.length, 1);
  assert.deepEqual(seen.cleared, [7]);
  assert.equal(loading["jenkins-js-extension"].loaded, true);
  read(announced.extensionCSS);
});

test("a build's rollouts are shown as the server words them, and again while the build runs", async () => {
  const { seen, timers } = page({ ok: true, text: async () => "<p>Canary shop</p>" });
  const Rollouts = seen.registered[0][3];
  const shown = new Rollouts({ run: run("RUNNING") });
  shown.componentDidMount();
  await settled();
  assert.deepEqual(seen.asked, ["/jenkins/job/shop/1/canary/lines"]);
  assert.equal(shown.render().props.dangerouslySetInnerHTML.__html, "<p>Canary shop</p>");
  timers.every();
  assert.equal(seen.asked.length, 2);
  const before = shown.props;
  shown.props = { run: run("FINISHED") };
  shown.componentDidUpdate(before);
  assert.equal(seen.asked.length, 3, "the end is shown too");
  timers.every();
  assert.equal(seen.asked.length, 3);
  shown.componentWillUnmount();
  assert.deepEqual(seen.cleared, [7, 1]);
});

test("a build without rollouts shows nothing", async () => {
  const { seen } = page({ ok: false });
  const shown = new seen.registered[0][3]({ run: run("FINISHED") });
  shown.componentDidMount();
  await settled();
  assert.equal(shown.render().props.dangerouslySetInnerHTML.__html, "");
});

test("a run is found in folders and branches, whatever they are called", () => {
  const { seen } = page({ ok: false });
  const Rollouts = seen.registered[0][3];
  for (const path of ["team/pipelines/runs/runs/7/", "pipelines/pipelines/api/branches/feature%252Fx/runs/12/"]) {
    new Rollouts({ run: run("FINISHED", path) }).componentDidMount();
  }
  assert.deepEqual(seen.asked, [
    "/jenkins/job/team/job/runs/7/canary/lines",
    "/jenkins/job/pipelines/job/api/job/feature%252Fx/12/canary/lines",
  ]);
});
