// Maps of exponents: colours where values are, strips for what has no exponent, limits, choosers.
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { assertQuiet, browser, needBrowser, open } from "./browser.mjs";

needBrowser();
const { context, close } = await browser();
after(close);

async function ready(options) {
  const page = await open(context, "eventful", options);
  await page.locator("#tensors").scrollIntoViewIfNeeded();
  await page.locator("#maps canvas").first().waitFor();
  await page.locator("#maps").scrollIntoViewIfNeeded();
  return page;
}

async function choose(page, role, tensor) {
  const value = await page.evaluate(([wantedRole, wanted]) => {
    const { ids } = JSON.parse(document.getElementById("map-data").textContent);
    return String(ids.findIndex(([role, tensor]) => role === wantedRole && tensor === wanted));
  }, [role, tensor]);
  await page.locator("#choosers select").nth(0).selectOption(value);
  await page.locator("#choosers select").nth(1).selectOption({ label: "base, seed 1" });
}

// The colour in the left map at a step and a height, which is an exponent or the name of a strip.
const colourAt = (page, step, height) => page.evaluate(([at, where]) => {
  const canvas = document.querySelector("#maps canvas"), u = document.querySelector("#maps .u-over");
  const strips = { NaN: 6.5, "∞": 21.5, 0: u.clientHeight - 9.5 };
  const x = u.offsetLeft + (at - view.range().min) / (view.range().max - view.range().min) * u.clientWidth;
  const { plot } = charts.slots.find((slot) => slot.holder.contains(canvas)).made;
  const y = u.offsetTop + (strips[where] ?? plot.valToPos(where + 0.5, "y"));
  return [...canvas.getContext("2d").getImageData(Math.round(x * devicePixelRatio), Math.round(y * devicePixelRatio), 1, 1).data].slice(0, 3);
}, [step, height]);

const dark = ([r, g, b]) => 765 - r - g - b;

test("values are where they lie, and nowhere else", async () => {
  const page = await ready();
  await choose(page, "weight", "w1");
  assert.ok(dark(await colourAt(page, 150, -3)) > 250);      // the middle of the bell
  assert.ok(dark(await colourAt(page, 150, -7)) > 20);       // its edge: few, but there
  assert.ok(dark(await colourAt(page, 150, -7)) < dark(await colourAt(page, 150, -3)));
  assert.ok(dark(await colourAt(page, 150, -18)) < 10);      // nothing
  assertQuiet(page);
  await page.close();
});

test("NaN, infinities and zeros have strips of their own", async () => {
  const page = await ready();
  await choose(page, "gradient", "w3");
  const nan = await colourAt(page, 260, "NaN");
  assert.ok(nan[0] > nan[2] + 40, `not an alarm: ${nan}`);
  assert.ok(dark(await colourAt(page, 100, "NaN")) < 10);
  await choose(page, "gradient", "w2");  // a burst of overflows from step 101 on
  assert.ok(dark(await colourAt(page, 112, "∞")) > 100);
  assert.ok(dark(await colourAt(page, 50, "∞")) < 10);
  await choose(page, "gradient", "w6");  // what sinks below fp16's subnormals is zero
  assert.ok(dark(await colourAt(page, 290, "0")) > 100);
  await page.close();
});

test("two runs stand beside each other, with the same rows, and say what they show", async () => {
  const page = await ready();
  assert.equal(await page.locator("#maps canvas").count(), 2);
  const labels = await page.locator("#maps .drawing").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
  for (const label of labels) assert.match(label, /^Exponents of \S+ \S+ by step\. Values from 2\S+ to 2\S+ over the run\./);
  const heights = await page.locator("#maps .plot").evaluateAll((all) =>
    all.map((one) => charts.slots.find((slot) => slot.holder === one).made.plot.valToPos(-10, "y")));
  assert.ok(Math.abs(heights[0] - heights[1]) < 0.5);
  await page.close();
});

test("the maps are linked with the curves in zoom and cursor", async () => {
  const page = await ready();
  await page.evaluate(() => view.zoom(90, 130));
  const box = await page.locator("#maps .u-over").first().boundingBox();
  await page.mouse.move(box.x + 0.4 * box.width, box.y + 80);
  await page.mouse.move(box.x + 0.5 * box.width, box.y + 80);
  assert.equal(await page.evaluate(() => view.cursor()), 110);
  assert.match(await page.locator("#maps .readout").first().innerText(), /traced at step 110[\s\S]*2\S+ to 2\S+[\s\S]*zeros/);
  const [x, width] = await page.locator("#maps .u-over").nth(1).evaluate((over) =>
    [new DOMMatrix(getComputedStyle(over.querySelector(".u-cursor-x")).transform).m41, over.clientWidth]);
  assert.ok(Math.abs(x / width - 0.5) < 0.02);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.75 * box.width, box.y + 80, { steps: 4 });
  await page.mouse.up();
  const { min, max } = await page.evaluate(() => view.range());
  assert.ok(Math.abs(min - 110) < 1 && Math.abs(max - 120) < 1);
  await page.close();
});

test("choosers work from the keyboard, tiles and rows of the table lead to a map", async () => {
  const page = await ready();
  const select = page.locator("#choosers").getByLabel("Tensor");
  await select.focus();
  const before = await page.locator("#maps h4").first().innerText();
  await page.keyboard.press("Home");
  await page.waitForTimeout(100);
  assert.notEqual(await page.locator("#maps h4").first().innerText(), before);
  await page.locator("#choosers").getByLabel("beside").selectOption("");
  assert.equal(await page.locator("#maps canvas").count(), 1);
  await page.locator("#overview button").nth(3).focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("#overview button").nth(3).getAttribute("aria-pressed"), "true");
  await page.locator("table.losses button.to-map").filter({ hasText: "weight" }).first().click();
  assert.match(await page.locator("#maps h4").first().innerText(), /weight w\d/);
  assertQuiet(page);
  await page.close();
});

test("colours are in order of lightness, light and dark, and nothing is not something", async () => {
  const page = await ready();
  const luminance = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  for (const theme of ["light", "dark"]) {
    if (theme === "dark") await page.click("#theme");
    for (const name of ["values", "alarm"]) {
      const levels = (await page.evaluate((which) => ramp[which](), name)).slice(1).map(luminance);
      assert.equal(levels.length, 51);
      const steps = levels.slice(1).map((l, i) => (theme === "light" ? levels[i] - l : l - levels[i]));
      assert.ok(steps.every((step) => step > 0), `${theme} ${name} is not in order`);
    }
  }
  await page.close();
});

test("the worst tensors come first in the table", async () => {
  const page = await ready();
  const first = await page.locator("table.losses tbody tr").first().innerText();
  assert.match(first, /weight w\d fp16\s+base/);
  assert.match(first, /50 %/);
  assert.equal(await page.locator("table.losses tbody tr").count(), 54);
  await page.close();
});
