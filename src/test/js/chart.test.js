import assert from "node:assert/strict";
import { test } from "node:test";
import { anchor, margin } from "../../main/webapp/gate/chart.js";

test("a label at either end of the time axis stays whole", () => {
  assert.equal(anchor(0, "0 s", 300), "start");
  assert.equal(anchor(150, "1 h 30 min", 300), "middle");
  assert.equal(anchor(280, "1 h 30 min", 300), "end");
  assert.equal(anchor(280, "5 s", 300), "middle");
});

test("the longest label of the y axis has its room", () => {
  assert.equal(margin([]), 36);
  assert.equal(margin(["0%", "99.975%"]), 10 + 7 * 7);
  assert.ok(margin(["1,250,000/s"]) > margin(["0/s"]));
});
