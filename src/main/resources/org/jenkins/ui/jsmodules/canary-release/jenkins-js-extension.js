/*
 * A build's rollouts on Blue Ocean's run page, beside the graph. Blue Ocean reads jenkins-js-extension.json and asks for
 * this file by its name; where it is not installed, nobody does. Plain JavaScript, because Blue Ocean's bundler is no
 * longer maintained: all it has to do is to find two modules on the page and to say that it is there.
 */
(() => {
  const PLUGIN = "canary-release";
  const MODULE = "jenkins-js-extension";
  const EXTENSION_POINT = "jenkins.pipeline.run.result";
  const POLL_MILLIS = 5000;

  const { rootURL, plugins: modules } = window.jenkinsCIGlobal;
  const imported = (name) => modules[name][`${name}@any`].exports;
  const React = imported("react");
  const { store } = imported("jenkins-cd-js-extensions");

  /** A run's address outside of Blue Ocean, whose own address serves no pages of a build. */
  const classic = (href) =>
    href
      .replace(/^.*\/rest\/organizations\/[^/]+\//, `${rootURL}/`)
      .replace(/(pipelines|branches)\/([^/]+)\//g, "job/$2/")
      .replace(/runs\/([^/]+)\/$/, "$1/");

  class Rollouts extends React.Component {
    constructor(props) {
      super(props);
      this.state = { lines: "" };
    }

    componentDidMount() {
      this.load();
      this.timer = setInterval(() => {
        if (this.props.run.state !== "FINISHED") {
          this.load();
        }
      }, POLL_MILLIS);
    }

    componentDidUpdate(before) {
      const { run } = this.props;
      if (run.id !== before.run.id || run.state !== before.run.state) {
        this.load();
      }
    }

    componentWillUnmount() {
      clearInterval(this.timer);
      this.gone = true;
    }

    /** A build without rollouts has no such address, and shows nothing. */
    async load() {
      const build = classic(this.props.run._links.self.href);
      const answer = await fetch(`${build}canary/lines`, { credentials: "same-origin" });
      const lines = answer.ok ? await answer.text() : "";
      if (!this.gone) {
        this.setState({ lines });
      }
    }

    render() {
      return React.createElement("div", {
        className: "canary-rollouts",
        dangerouslySetInnerHTML: { __html: this.state.lines },
      });
    }
  }

  store._registerComponentInstance(EXTENSION_POINT, PLUGIN, "Rollouts", Rollouts);

  // What @jenkins-cd/js-modules does to export a module and to wake up those who wait for it.
  const ours = modules[PLUGIN];
  ours[MODULE] = { exports: {} };
  const loading = ours.loadingModules[MODULE];
  loading.loaded = true;
  loading.waitList.forEach((waiter) => {
    clearTimeout(waiter.timeoutObj);
    waiter.resolve(ours[MODULE].exports);
  });
})();
