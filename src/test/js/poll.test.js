import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { readFileSync } from "node:fs";
import { message, Poll } from "../../main/webapp/gate/poll.js";
import { learn } from "../../main/webapp/gate/words.js";

let replies;
let asked;
let waits;

beforeEach(() => {
  asked = [];
  waits = [];
  globalThis.document = { hidden: false, addEventListener: () => {} };
  mock.method(globalThis, "fetch", async (url) => {
    asked.push(url);
    const reply = replies.shift();
    if (reply instanceof Error) {
      throw reply;
    }
    return reply;
  });
  mock.method(globalThis, "setTimeout", (_, wait) => waits.push(wait));
});

async function speak(language) {
  mock.method(globalThis, "fetch", async (url) => ({ ok: true, json: async () => JSON.parse(readFileSync(url)) }));
  await learn(language);
}

function ok(body) {
  return { ok: true, json: async () => body };
}

function poll(told, trouble = () => {}) {
  return new Poll("/canary/1/", () => ({ since: 7, generation: 2 }), told, trouble);
}

test("asks for what is new and again after a second", async () => {
  replies = [ok({ seq: 8 })];
  const told = [];
  await poll((answer) => told.push(answer)).now();
  assert.deepEqual(asked, ["/canary/1/rollout?since=7&generation=2"]);
  assert.deepEqual(told, [{ seq: 8 }]);
  assert.deepEqual(waits, [1000]);
});

test("asks rarely while the page is hidden", async () => {
  replies = [ok({ seq: 8 })];
  globalThis.document.hidden = true;
  await poll(() => {}).now();
  assert.deepEqual(waits, [15000]);
});

test("asks no more once the rollout has ended", async () => {
  replies = [ok({ seq: 9, outcome: "PROMOTED" })];
  const asking = poll(() => {});
  await asking.now();
  await asking.now();
  assert.equal(asked.length, 1);
  assert.deepEqual(waits, []);
});

test("waits ever longer while the server does not answer, and says what it said", async () => {
  replies = [
    new TypeError("connection refused"),
    { ok: false, status: 403, json: async () => ({ message: "ada may not look" }) },
    { ok: false, status: 502, json: () => Promise.reject(new SyntaxError("no JSON")) },
    new TypeError("x"),
    new TypeError("x"),
    new TypeError("x"),
    ok({ seq: 8 }),
  ];
  const troubles = [];
  const asking = poll(
    () => {},
    (wait, said) => troubles.push([wait, said]),
  );
  while (replies.length > 0) {
    await asking.now();
  }
  assert.deepEqual(waits, [2000, 4000, 8000, 16000, 30000, 30000, 1000]);
  assert.deepEqual(troubles[0], [2, undefined]);
  assert.deepEqual(troubles[1], [4, "ada may not look"]);
  assert.deepEqual(troubles[2], [8, "poll.status"]);
  assert.deepEqual(troubles.at(-1), [null, undefined]);
});

test("a refusal is said in the reader's language where that is known", async () => {
  const refusal = { message: "no", translations: { no: "nein" } };
  assert.equal(await message({ json: async () => refusal }), "nein");
  assert.equal(await message({ json: async () => ({ message: "no" }) }), "no");
});

test("asks for translations where the page is not English", async () => {
  await speak("de");
  mock.method(globalThis, "fetch", async (url) => asked.push(url) && ok({ seq: 8 }));
  await poll(() => {}).now();
  await speak("en");
  assert.deepEqual(asked, ["/canary/1/rollout?since=7&generation=2&language=de"]);
});
