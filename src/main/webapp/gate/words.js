// The page's own words in the reader's language, and what the engine says: that comes in English, with translations.

const LANGUAGES = ["en", "de"];
let known = {};
let language = "en";
let translations = {};

/** Reads the words of the first language asked for that there is: "de-AT" is "de". English when there is none. */
export async function learn(...asked) {
  const wanted = asked.map((l) => l.toLowerCase().split(/[-_]/)[0]);
  language = wanted.find((l) => LANGUAGES.includes(l)) ?? "en";
  const response = await fetch(new URL(`messages-${language}.json`, import.meta.url), { credentials: "same-origin" });
  if (!response.ok) {
    throw new Error(`messages-${language}.json: ${response.status}`);
  }
  known = await response.json();
  return language;
}

/** The sentence of a key, with what stands in braces filled in. */
export function say(key, values = {}) {
  return (known[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** Takes what the sentences of an answer are in the reader's language. */
export function hear(answer) {
  translations = answer.translations ?? {};
}

/** A sentence of the engine in the reader's language; in English where it is not known. */
export function said(english) {
  return Object.hasOwn(translations, english) ? translations[english] : english;
}

/** The language that translations are asked for in; "" for English. */
export function foreign() {
  return language === "en" ? "" : language;
}

/** For dates and times, which the page writes the European way in English. */
export function locale() {
  return language === "en" ? "en-GB" : language;
}
