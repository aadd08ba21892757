// Keeps the list of open rollouts up to date while somebody looks at it, and filters it while somebody types.

const EVERY = 5000;
// A list that takes long to make is asked for less often: a twentieth of the time at most.
const SHARE = 20;
const list = document.getElementById("canary-rollouts");
const filter = document.getElementById("canary-filter");
let asked = 0;

async function show() {
  const turn = ++asked;
  try {
    const response = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("canary-rollouts");
    if (response.ok && fresh && turn === asked) {
      list.replaceChildren(...fresh.childNodes);
    }
  } catch {
    // The next try tells; the list stays as it was.
  }
}

async function refresh() {
  const began = performance.now();
  if (!document.hidden && !list.contains(document.activeElement)) {
    await show();
  }
  setTimeout(refresh, Math.max(EVERY, SHARE * (performance.now() - began)));
}

function choose() {
  const wanted = new URLSearchParams();
  for (const [name, value] of new FormData(filter)) {
    if (value && !(name === "state" && value === "ALL")) {
      wanted.set(name, value);
    }
  }
  history.replaceState(null, "", `${location.pathname}${wanted.size ? `?${wanted}` : ""}`);
  show();
}

let typing;
filter.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(choose, 200);
});
filter.addEventListener("submit", (event) => {
  event.preventDefault();
  choose();
});

setTimeout(refresh, EVERY);
