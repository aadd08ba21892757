import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as format from "../../main/webapp/gate/format.js";

// The same table that the engine's formatter is held to: UnitsTableTest.
const table = JSON.parse(
  readFileSync(new URL("../resources/io/jenkins/plugins/canary/engine/values.json", import.meta.url)),
);

for (const [part, print] of Object.entries({
  values: (e) => format.value(e.value, e.unit),
  durations: (e) => format.duration(e.millis),
  weights: (e) => format.weight(e.percent),
})) {
  test(`${part} are printed as the engine prints them`, () => {
    assert.ok(table[part].length > 3);
    for (const example of table[part]) {
      assert.equal(print(example), example.text, JSON.stringify(example));
    }
  });
}

test("counts have the engine's digits", () => {
  for (const { count, text } of table.counts) {
    assert.equal(format.count(count), text.split(" ")[0]);
  }
});

test("what is not known is a dash, and a time that is not known is nothing", () => {
  assert.equal(format.value(undefined, "seconds"), "–");
  assert.equal(format.count(null), "–");
  assert.equal(format.weight(undefined), "");
  assert.equal(format.elapsed(undefined), "");
});

test("a clock shows whole seconds and never less than none", () => {
  assert.equal(format.elapsed(61_999), "1 min 1 s");
  assert.equal(format.elapsed(900), "0 s");
  assert.equal(format.elapsed(-5_000), "0 s");
});

test("an axis has round numbers", () => {
  assert.deepEqual(format.ticks(0, 1, 4), [0, 0.25, 0.5, 0.75, 1]);
  assert.deepEqual(format.ticks(0, 87, 4), [0, 25, 50, 75]);
  assert.deepEqual(
    format.timeTicks(600_000, 5).map((t) => format.duration(t)),
    ["0 s", "2 min", "4 min", "6 min", "8 min", "10 min"],
  );
});
