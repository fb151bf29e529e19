// Zoom, cursor, axes and theme of the plots, with the pointer and with the keyboard. The page comes from
// the program itself.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";

import { assertQuiet, browser, needBrowser, open, pages, scrollThrough } from "./browser.mjs";

needBrowser();
const { context, close } = await browser();
after(close);

// The step below the line of the cursor, in plot `index`; null where there is none.
const cursorStep = (page, index) => page.evaluate((i) => {
  const over = document.querySelector(`#plot-${i} .u-over`), line = over.querySelector(".u-cursor-x");
  if (line.classList.contains("u-off")) return null;
  const x = new DOMMatrix(getComputedStyle(line).transform).m41;
  const { min, max } = view.range();
  return min + x / over.clientWidth * (max - min);
}, index);

const range = (page) => page.evaluate(() => view.range());
const inkOf = (page, index) => page.evaluate((i) => {
  const canvas = document.querySelector(`#plot-${i} canvas`);
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let sum = 0;
  for (let p = 0; p < pixels.length; p += 4) sum += pixels[p] * 3 + pixels[p + 1] * 5 + pixels[p + 2] * 7 + pixels[p + 3];
  return sum;
}, index);

async function ready(options) {
  const page = await open(context, "small", options);
  await scrollThrough(page);
  await page.locator("#plot-0").scrollIntoViewIfNeeded();
  return page;
}

async function drag(page, from, to) {
  const box = await page.locator("#plot-0 .u-over").boundingBox();
  await page.mouse.move(box.x + from * box.width, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + (from + to) / 2 * box.width, box.y + 70, { steps: 4 });
  await page.mouse.move(box.x + to * box.width, box.y + 70, { steps: 4 });
  await page.mouse.up();
}

test("dragging over one plot zooms all of them, a double click shows all steps again", async () => {
  const page = await ready();
  const before = [await inkOf(page, 0), await inkOf(page, 2)];
  await drag(page, 0.25, 0.5);
  const { min, max } = await range(page);
  assert.ok(Math.abs(min - 0.25 * 119) < 2 && Math.abs(max - 0.5 * 119) < 2, `${min} to ${max}`);
  assert.notEqual(await inkOf(page, 0), before[0]);
  assert.notEqual(await inkOf(page, 2), before[1]);
  await page.locator("#plot-0 .u-over").dblclick();
  assert.deepEqual(await range(page), { min: 0, max: 119 });
  assertQuiet(page);
  await page.close();
});

test("the cursor of one plot is the cursor of all, and goes with the pointer", async () => {
  const page = await ready();
  const box = await page.locator("#plot-0 .u-over").boundingBox();
  await page.mouse.move(box.x + 0.4 * box.width, box.y + 50);
  await page.mouse.move(box.x + 0.5 * box.width, box.y + 50);
  for (const index of [0, 1, 2]) assert.ok(Math.abs(await cursorStep(page, index) - 59.5) < 1.5, `plot ${index}`);
  assert.match(await page.locator("#plot-0 .readout").innerText(), /step (59|60)[\s\S]*base · 1[\s\S]*adam · 2/);
  assert.ok(await page.locator("#plot-1 .readout").isHidden());
  await page.mouse.move(5, 5);
  assert.equal(await cursorStep(page, 1), null);
  await page.close();
});

test("everything works from the keyboard, and is read out", async () => {
  const page = await ready();
  await page.locator("#plot-0 .drawing").focus();
  await page.keyboard.press("ArrowRight");
  const said = await page.locator("#said").innerText();
  assert.match(said, /^step 6\d; base · 1: /);
  assert.ok(await page.locator("#plot-0 .readout").isVisible());
  await page.keyboard.press("+");
  const narrow = await range(page);
  assert.ok(Math.abs(narrow.max - narrow.min - 59.5) < 0.1);
  await page.keyboard.press("PageDown");
  assert.ok((await range(page)).min > narrow.min);
  await page.keyboard.press("-");
  await page.keyboard.press("0");
  assert.deepEqual(await range(page), { min: 0, max: 119 });
  await page.keyboard.press("Escape");
  assert.equal(await cursorStep(page, 1), null);
  await page.close();
});

test("buttons zoom and go along, for hands without a mouse or keyboard", async () => {
  const page = await ready();
  const steps = page.getByRole("group", { name: "Steps", exact: true });
  assert.ok(await steps.getByRole("button", { name: "All steps" }).isDisabled());
  await steps.getByRole("button", { name: "Fewer steps, larger" }).click();
  const first = await range(page);
  await steps.getByRole("button", { name: "Later steps" }).click();
  assert.ok((await range(page)).min > first.min);
  await steps.getByRole("button", { name: "All steps" }).click();
  assert.deepEqual(await range(page), { min: 0, max: 119 });
  await page.close();
});

test("a logarithmic axis of steps keeps the zoom", async () => {
  const page = await ready();
  await drag(page, 0.25, 0.5);
  const before = await range(page), ink = await inkOf(page, 0);
  await page.getByRole("button", { name: "Log steps" }).click();
  assert.deepEqual(await range(page), before);
  assert.notEqual(await inkOf(page, 0), ink);
  assert.equal(await page.evaluate(() => view.position(0)), 1);
  assertQuiet(page);
  await page.close();
});

test("a run that is switched off is gone from all plots", async () => {
  const page = await ready();
  const before = await inkOf(page, 2);
  const button = page.getByRole("group", { name: "Runs" }).getByRole("button", { name: "adam" });
  await button.click();
  assert.equal(await button.getAttribute("aria-pressed"), "false");
  assert.notEqual(await inkOf(page, 2), before);
  await page.keyboard.press("Space");
  await page.waitForTimeout(50);
  assert.equal(await inkOf(page, 2), before);
  await page.close();
});

test("another theme changes page and plots, and changes them back", async () => {
  const page = await ready();
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = [await paper(), await inkOf(page, 0)];
  const press = async () => {
    await page.click("#theme");  // at the top of the page, from where the plot may be too far to be drawn
    await page.locator("#plot-0").scrollIntoViewIfNeeded();
    await page.locator("#plot-0 canvas").waitFor();
  };
  await press();
  assert.notEqual(await paper(), light[0]);
  assert.notEqual(await inkOf(page, 0), light[1]);
  await press();
  assert.deepEqual([await paper(), await inkOf(page, 0)], light);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await paper(), light[0]);  // who pressed the button meant it
  await page.close();
});

test("every point of every curve is what series.csv has, to binary32", async () => {
  const page = await ready();
  const rows = new Map(fs.readFileSync(path.join(pages, "small", "series.csv"), "utf8").trim().split("\n").slice(1).map((line) => {
    const [run, seed, step, metric, value] = line.split(",");
    return [[run, seed, step, metric].join(), { nan: NaN, inf: Infinity, "-inf": -Infinity }[value] ?? Number(value)];
  }));
  const curves = await page.evaluate(() => view.data.panels.flatMap((panel) => panel.curves.filter((curve) => !curve.reference).map((curve) =>
    ({ metric: panel.metric, run: view.data.variants[curve.v], seed: curve.s, wide: !!curve.wide, ...packed.points(curve) }))));
  let points = 0;
  for (const { metric, run, seed, wide, x, y } of curves) {
    x.forEach((step, i) => {
      const value = rows.get([run, seed, step, metric].join());
      assert.ok(Object.is(y[i], wide ? value : Math.fround(value)), `${run} ${seed} ${step} ${metric}: ${y[i]} is not ${value}`);
      ++points;
    });
  }
  assert.ok(points > 2000, `${points}`);  // 120 steps: none is thinned away
  await page.close();
});

test("every plot says in words and numbers what it shows", async () => {
  const page = await ready();
  const labels = await page.locator(".drawing").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
  assert.ok(labels.length >= 4);
  assert.match(labels[0], /^Loss by step\. base, seed 1: [\d.]+ at step 0[,;] (falls|rises|ends|lowest|highest)/);
  const nameless = await page.locator("button, select").evaluateAll((all) =>
    all.filter((one) => !(one.textContent.trim() || one.getAttribute("aria-label") || one.labels?.length)).length);
  assert.equal(nameless, 0);
  assert.equal(await page.locator("figure:has(.drawing)").count(), await page.locator("figure:has(table), figure.map").count());
  await page.close();
});

test("a page opened to guess hides what came out until it is asked for", async () => {
  const page = await open(context, "small", { hash: "#guess" });
  assert.ok(await page.locator("#plots").isHidden());
  assert.ok(await page.locator("#verdicts").isHidden());
  assert.ok(await page.locator("#runs").isVisible());
  await page.click("#hide-outcome");
  await page.locator("#plot-0").scrollIntoViewIfNeeded();
  await page.locator("#plot-0 canvas").waitFor();
  assertQuiet(page);
  await page.close();
});
