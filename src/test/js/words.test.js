import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mock, test } from "node:test";
import { foreign, hear, learn, locale, said, say } from "../../main/webapp/gate/words.js";

mock.method(globalThis, "fetch", async (url) => ({ ok: true, json: async () => JSON.parse(readFileSync(url)) }));

test("the first language that there is is spoken, whatever its country", async () => {
  assert.equal(await learn("fr", "de-AT", "en"), "de");
  assert.equal(locale(), "de");
  assert.equal(say("head.weight"), "Gewicht");
  assert.equal(await learn("fr"), "en");
  assert.equal(locale(), "en-GB");
});

test("what stands in braces is filled in, and an unknown key stands for itself", async () => {
  await learn("en");
  assert.equal(say("head.of", { part: "3 min", whole: "5 min" }), "3 min of 5 min");
  assert.equal(say("no.such.key"), "no.such.key");
});

test("the engine is heard in the reader's language where that is known", async () => {
  await learn("de");
  assert.equal(foreign(), "de");
  hear({ translations: { Starting: "Beginnt" } });
  assert.equal(said("Starting"), "Beginnt");
  assert.equal(said("connection refused"), "connection refused");
  assert.equal(said("constructor"), "constructor");
  assert.equal(said(undefined), undefined);
  hear({});
  assert.equal(said("Starting"), "Starting");
  await learn("en");
  assert.equal(foreign(), "");
});

test("both languages have the same sentences with the same values in them", () => {
  const [en, de] = ["en", "de"].map((language) =>
    JSON.parse(readFileSync(new URL(`../../main/webapp/gate/messages-${language}.json`, import.meta.url))),
  );
  assert.deepEqual(Object.keys(de).sort(), Object.keys(en).sort());
  const filled = (text) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
  for (const key of Object.keys(en)) {
    assert.deepEqual(filled(de[key]), filled(en[key]), key);
  }
});
