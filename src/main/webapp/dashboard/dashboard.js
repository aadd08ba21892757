// Keeps the list of open rollouts up to date while somebody looks at it.

const EVERY = 5000;
const list = document.getElementById("canary-rollouts");

async function refresh() {
  if (!document.hidden && !list.contains(document.activeElement)) {
    try {
      const response = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
      const fresh = new DOMParser()
        .parseFromString(await response.text(), "text/html")
        .getElementById("canary-rollouts");
      if (response.ok && fresh) {
        list.replaceChildren(...fresh.childNodes);
      }
    } catch {
      // The next try tells; the list stays as it was.
    }
  }
  setTimeout(refresh, EVERY);
}

setTimeout(refresh, EVERY);
