import assert from "node:assert/strict";
import { test } from "node:test";
import { Series } from "../../main/webapp/gate/series.js";

const METRICS = [{ series: "errors", label: "errors", unit: "ratio" }];

function columns(...times) {
  return {
    times,
    weights: times.map(() => 5),
    shares: times.map(() => 0.05),
    canary: [times.map((t) => t / 10)],
    stable: [times.map(() => null)],
  };
}

function answer(generation, points, last) {
  return { generation, metrics: METRICS, points, last, marks: [] };
}

test("new points come behind those that are known", () => {
  const series = new Series();
  series.take(answer(0, columns(1, 2)));
  series.take(answer(0, columns(3)));
  assert.deepEqual(series.times(), [1, 2, 3]);
  assert.deepEqual(series.values("canary", series.index("errors")), [0.1, 0.2, 0.3]);
});

test("the newest tick that is no point yet stands at the end, once", () => {
  const series = new Series();
  series.take(answer(1, columns(2, 4), columns(5)));
  assert.deepEqual(series.times(), [2, 4, 5]);
  series.take(answer(1, columns(6)));
  assert.deepEqual(series.times(), [2, 4, 6]);
});

test("another generation replaces all points", () => {
  const series = new Series();
  series.take(answer(0, columns(1, 2, 3)));
  series.take(answer(1, columns(2)));
  assert.deepEqual(series.times(), [2]);
});

test("a metric that no series shows has no values", () => {
  const series = new Series();
  assert.deepEqual(series.times(), []);
  assert.deepEqual(series.values("canary", series.index("unknown")), []);
  series.take(answer(0, columns(1)));
  series.forget();
  assert.equal(series.generation, -1);
  assert.deepEqual(series.times(), []);
});
