// Builds and updates nodes. Data only ever becomes text or an attribute's value, never markup.

import { said } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  node.append(...children.filter((c) => c !== null && c !== undefined));
  return node;
}

export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** A text in which addresses can be followed; what closes a sentence or a bracket behind one is no part of it. */
export function linked(words) {
  return words
    .split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]])/)
    .map((part, i) =>
      i % 2 === 0 ? part : el("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part),
    );
}

/** Writes only what changed, so that nothing is read out or repainted twice. */
export function text(node, value) {
  const now = value ?? "";
  if (node.textContent !== now) {
    node.textContent = now;
  }
}

/** Writes a sentence of the engine; one without a translation is marked as English, so that it is read out as that. */
export function sentence(node, english) {
  const words = said(english);
  attribute(node, "lang", words === english ? "en" : null);
  text(node, words);
}

export function attribute(node, name, value) {
  if (value === null || value === undefined || value === false) {
    node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, String(value));
  }
}

/** One child of parent for each item, kept over updates: focus and open details survive. */
export function keyed(parent, items, key, create, update) {
  parent.kept = parent.kept ?? new Map();
  const wanted = new Map(items.map((item, i) => [String(key(item, i)), item]));
  for (const [k, node] of parent.kept) {
    if (!wanted.has(k)) {
      node.remove();
      parent.kept.delete(k);
    }
  }
  let at = parent.firstChild;
  for (const [k, item] of wanted) {
    let node = parent.kept.get(k);
    if (!node) {
      node = create(item);
      parent.kept.set(k, node);
    }
    if (node === at) {
      at = at.nextSibling;
    } else {
      parent.insertBefore(node, at);
    }
    update(node, item);
  }
}

const ICONS = {
  good: "M2.5 8.5l3.5 3.5 7.5-8",
  bad: "M3.5 3.5l9 9m0-9l-9 9",
  waiting: "M8 3.2v5.2l3.2 2",
  busy: "M3 8h9m-3.5-4l4 4-4 4",
  blind: "M3 8h10",
};

/** A drawn sign; it always stands beside its word, and so is hidden from readers. */
export function icon(name) {
  return svg(
    "svg",
    { class: "cg-icon cg-" + name, viewBox: "0 0 16 16", "aria-hidden": "true" },
    name === "waiting" ? svg("circle", { cx: 8, cy: 8, r: 6.3 }) : null,
    name === "open" ? svg("circle", { cx: 8, cy: 8, r: 5 }) : svg("path", { d: ICONS[name] }),
  );
}

export function card(title, ...children) {
  const id = "cg-" + title.toLowerCase().replace(/[^\p{L}]+/gu, "-");
  return el("section", { class: "cg-card", "aria-labelledby": id }, el("h3", { id }, title), ...children);
}
