// Diagrams of a sweep: cells have the colour of what came out, pointer and keyboard reach every run, a run opens below.
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { assertQuiet, browser, needBrowser, open, scrollThrough } from "./browser.mjs";

needBrowser();
const { context, close } = await browser();
after(close);

async function ready(name, options) {
  const page = await open(context, name, options);
  await page.locator("#phase").scrollIntoViewIfNeeded();
  await page.locator("#phase-choosers select").first().waitFor();
  await page.locator("#phase-maps").scrollIntoViewIfNeeded();
  await page.waitForFunction(() => phase.figures()[0].geometry);
  return page;
}

// Where a point of the axes is on a map, in CSS pixels, as shares of the inside of the frame (from the lower left).
const place = (page, map, across, up) => page.evaluate(([which, x, y]) => {
  const { canvas, geometry } = phase.figures()[which], { box } = geometry.frame, outside = canvas.getBoundingClientRect();
  const px = box.left + x * box.width, py = box.top + (1 - y) * box.height, toCss = outside.width / canvas.width;
  return { left: outside.left + px * toCss, top: outside.top + py * toCss, px, py };
}, [map, across, up]);

const colourAt = async (page, map, across, up) => {
  const { px, py } = await place(page, map, across, up);
  return page.locator("#phase-maps canvas").nth(map).evaluate((canvas, [x, y]) => {
    // The commonest colour around: textures and letters are few pixels.
    const { data } = canvas.getContext("2d").getImageData(Math.round(x) - 4, Math.round(y) - 2, 8, 5), times = new Map();
    for (let i = 0; i < data.length; i += 4) {
      const key = data.slice(i, i + 3).join();
      times.set(key, (times.get(key) || 0) + 1);
    }
    return [...times].sort((a, b) => b[1] - a[1])[0][0];
  }, [px, py]);
};

const rgb = (page, name) => page.evaluate((property) => {
  const hex = getComputedStyle(document.documentElement).getPropertyValue(property).trim();
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)).join();
}, name);

for (const scheme of ["light", "dark"]) {
  test(`${scheme}: a map has the colour of a verdict where it came out`, async () => {
    const page = await ready("sweep-two", { scheme });
    assert.equal(await page.locator("#phase-maps canvas").count(), 3);
    assert.equal(await colourAt(page, 0, 0.06, 0.02), await rgb(page, "--p2"));  // stuck
    assert.equal(await colourAt(page, 0, 0.06, 0.4), await rgb(page, "--p0"));   // trains
    assert.equal(await colourAt(page, 0, 0.94, 0.9), await rgb(page, "--p1"));   // diverged
    assert.equal(await colourAt(page, 2, 0.06, 0.76), await rgb(page, "--p3"));  // fp16: falls to the floor
    assertQuiet(page);
    await page.close();
  });
}

test("sentences stand above the maps and a table of counts below, script or not", async () => {
  const page = await ready("sweep-two");
  const found = await page.locator("#phase .found").allInnerTexts();
  assert.match(found[0], /^Of 1,728 runs \d+ train, \d+ are stuck, \d+ fall to the floor of the loss scale and \d+ diverge\.$/);
  assert.ok(found.some((one) => /^The largest optimizer\.lr at which base trains falls from \S+ at model\.dimension = 2 to \S+ at 256/.test(one)));
  assert.match(await page.locator("#phase table").first().innerText(), /base\s+\d+/);
  await page.close();
});

test("the cell under the pointer is told in words, and a click opens its run below", async () => {
  const page = await ready("sweep-two");
  const at = await place(page, 2, 0.06, 0.76);
  await page.mouse.move(at.left, at.top);
  const tip = page.locator("#phase-maps .readout").nth(2);
  assert.match(await tip.innerText(), /model\.dimension = 2, optimizer\.lr = 0\.\d+/);
  assert.match(await tip.innerText(), /fp16: scale_floor with all 3 seeds/);
  await page.mouse.click(at.left, at.top);
  const run = page.locator("#phase-run");
  assert.match(await run.locator("h3").innerText(), /^fp16: model\.dimension = 2, optimizer\.lr = 0\.\d+$/);
  assert.match(await run.locator("dl").innerText(), /scale_floor[\s\S]*First bad step\s+60[\s\S]*Final loss scale\s+2⁻¹⁴/);
  assert.match(await run.locator(".told").innerText(), /^Step 60: on worker 0/);
  assert.match(await run.locator("pre").innerText(), /^halfstep run scenarios\/sweep-two\.toml --set model\.dimension=2 --set optimizer\.lr=0\.\d+ --seeds 1$/);
  assert.equal(await run.locator("canvas").count(), 2);
  const ink = await run.locator("canvas").evaluateAll((all) => all.map((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const hex = axes.style("--accent"), wanted = [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));
    let count = 0;
    for (let i = 0; i < data.length; i += 4) if (wanted.every((c, k) => Math.abs(data[i + k] - c) < 8)) ++count;
    return count;
  }));
  for (const pixels of ink) assert.ok(pixels > 150, `${pixels} pixels of a curve`);
  await run.getByRole("button", { name: "seed 3" }).click();
  assert.match(await run.locator("pre").innerText(), /--seeds 3$/);
  await page.keyboard.press("Escape");
  assert.ok(await run.isHidden());
  assertQuiet(page);
  await page.close();
});

test("arrow keys move from cell to cell, Enter opens, Escape closes", async () => {
  const page = await ready("sweep-two");
  const canvas = page.locator("#phase-maps canvas").first();
  await canvas.focus();
  await page.keyboard.press("ArrowRight");
  const said = () => page.locator("#said").innerText();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.match(await said(), /^model\.dimension = 4, optimizer\.lr = 0\.000272\S*; base: trains/);
  await page.keyboard.press("Enter");
  assert.match(await page.locator("#phase-run h3").innerText(), /^base: model\.dimension = 4, optimizer\.lr = 0\.000272/);
  assert.match(await said(), /^Opened below: base/);
  assert.ok(await canvas.evaluate((one) => document.activeElement === one));
  await page.keyboard.press("Shift+ArrowUp");
  await page.keyboard.press("Enter");
  assert.match(await page.locator("#phase-run h3").innerText(), /optimizer\.lr = 0\.0033/);
  await page.keyboard.press("Escape");
  assert.ok(await page.locator("#phase-run").isHidden());
  await page.close();
});

test("a number is shown on a ramp, with a legend from the smallest to the largest", async () => {
  const page = await ready("sweep-two");
  await page.locator("#phase-choosers").getByLabel("Show").selectOption("final_loss");
  assert.match(await page.locator("#phase-legend").innerText(), /0\.00\d+[\s\S]*2\.3[\s\S]*logarithmic[\s\S]*NaN[\s\S]*infinite/);
  const [low, high] = await Promise.all([colourAt(page, 0, 0.06, 0.1), colourAt(page, 0, 0.06, 0.75)]);
  const light = (colour) => colour.split(",").reduce((sum, c) => sum + Number(c), 0);
  assert.ok(light(low) + 60 < light(high), `${low} is not darker than ${high}`);
  assert.deepEqual(await page.locator("#phase-choosers").getByLabel("Show").locator("option").allInnerTexts(), ["Verdict", "First bad step", "Final loss", "Final loss scale"]);
  await page.close();
});

test("axes change places", async () => {
  const page = await ready("sweep-two");
  await page.locator("#phase-choosers").getByLabel("across").focus();
  await page.locator("#phase-choosers").getByLabel("across").selectOption({ label: "optimizer.lr" });
  assert.equal(await page.locator("#phase-choosers select").nth(2).evaluate((one) => one.selectedOptions[0].textContent), "model.dimension");
  assert.ok(await page.locator("#phase-choosers select").nth(1).evaluate((one) => document.activeElement === one), "the chooser lost the focus");
  await page.waitForTimeout(200);
  assert.equal(await colourAt(page, 0, 0.02, 0.06), await rgb(page, "--p2"));
  assert.equal(await colourAt(page, 0, 0.9, 0.94), await rgb(page, "--p1"));
  assertQuiet(page);
  await page.close();
});

test("one axis is a plot of lines, whose points open runs from the keyboard", async () => {
  const page = await ready("sweep-one");
  assert.equal(await page.locator("#phase-maps canvas").count(), 1);
  await page.locator("#phase-maps canvas").focus();
  for (const key of ["ArrowRight", "ArrowRight", "ArrowDown"]) await page.keyboard.press(key);
  assert.match(await page.locator("#said").innerText(), /^optimizer\.lr = 0\.000215\S*; top1: trains with all 3 seeds; .*final loss 2\.2\d+ \(median\)/);
  await page.keyboard.press("Enter");
  assert.match(await page.locator("#phase-run h3").innerText(), /^top1: optimizer\.lr/);
  await page.locator("#phase-choosers").getByLabel("Show").selectOption("verdict");
  assert.ok(await page.locator("#phase-run").isHidden());
  await page.locator("#phase-maps canvas").focus();
  await page.keyboard.press("ArrowUp");
  assert.match(await page.locator("#said").innerText(), /; top1: stuck/);
  assertQuiet(page);
  await page.close();
});

test("three axes are a map for each value of one", async () => {
  const page = await ready("sweep-three");
  assert.equal(await page.locator("#phase-maps canvas").count(), 6);
  assert.match(await page.locator("#phase-maps h4").nth(1).innerText(), /base\s*precision\.weight = e4m3/);
  await page.locator("#phase-choosers").getByLabel("a map for each").selectOption({ label: "model.dimension" });
  assert.equal(await page.locator("#phase-maps canvas").count(), 10);
  await scrollThrough(page);
  assertQuiet(page);
  await page.close();
});

test("a boundary that was searched on no axis has a plot of its own", async () => {
  const page = await ready("sweep-boundary");
  const plot = page.locator("#phase-boundaries .phase-map canvas");
  assert.equal(await plot.count(), 1);
  assert.match(await plot.getAttribute("aria-label"), /largest optimizer\.lr at which “trains” holds, over model\.dimension/);
  assert.match(await page.locator("#phase-boundaries").innerText(), /theory: 2 \/ dimension/);
  assert.ok((await page.locator("#phase .found").allInnerTexts()).some((one) => /holds again at 0\.302/.test(one)));
  await page.close();
});

test("what is odd: four axes, two keys that move together, missing runs, hostile names, a verdict of the file's own", async () => {
  const page = await ready("sweep-odd");
  assert.match(await page.locator("#phase .incomplete").first().innerText(), /^Incomplete\. 393 of 432 runs are here\./);
  assert.match(await page.locator("#phase-legend").innerText(), /wobbles[\s\S]*no run/);
  assert.notEqual(await page.title(), "cracked");
  assert.ok((await page.locator("#phase-maps h4").first().innerText()).includes("precision.weight = e4m3, precision.gradient = a"));
  // The command has both keys, in a shell's quotes, and the seeds once.
  await page.locator("#phase-maps canvas").nth(2).focus();
  await page.keyboard.press("Enter");
  const command = await page.locator("#phase-run pre").innerText();
  assert.ok(command.startsWith("halfstep run scenarios/sweep-odd.toml --set run.steps=100 --set 'precision.weight=it'\\''s <b>' --set precision.gradient=c --set optimizer.kind="), command);
  assert.ok(command.endsWith(" --seeds 1"), command);
  assertQuiet(page);
  await page.close();
});

test("more runs than a page carries: a cell stands for all its seeds, and the page says so", async () => {
  const page = await ready("sweep-joined");
  assert.match(await page.locator("#phase > .quiet").first().innerText(), /^Each point stands for its 12 seeds: the commonest verdict and medians\. All runs are in sweep\/runs\.csv\./);
  assert.equal(await colourAt(page, 0, 0.94, 0.9), await rgb(page, "--p1"));
  const at = await place(page, 0, 0.5, 0.3);
  await page.mouse.click(at.left, at.top);
  assert.match(await page.locator("#phase-run pre").innerText(), /--seeds 1,2,3,4,5,6,7,8,9,10,11,12$/);
  assert.match(await page.locator("#phase-run").innerText(), /medians over its seeds/);
  assertQuiet(page);
  await page.close();
});

test("a sweep without the runs of its file has a page too", async () => {
  const page = await ready("sweep-alone");
  assert.equal(await page.locator("#plots").count(), 0);
  assert.match(await page.locator("#phase-legend").innerText(), /largest optimizer\.lr at which “trains” holds[\s\S]*theory: 2 \/ dimension/);
  await scrollThrough(page);
  assertQuiet(page);
  await page.close();
});

test("another theme and width draw everything anew", async () => {
  const page = await ready("sweep-boundary");
  const state = () => page.evaluate(() => [...document.querySelectorAll(".phase-map canvas")].map((one) => [one.width, one.getContext("2d").getImageData(0, one.height - 40, 60, 30).data.reduce((sum, c) => sum + c, 0)]));
  const before = await state();
  await page.click("#theme");
  await page.waitForTimeout(200);
  const dark = await state();
  dark.forEach(([width, ink], i) => { assert.equal(width, before[i][0]); assert.notEqual(ink, before[i][1]); });
  await page.setViewportSize({ width: 600, height: 900 });
  await page.waitForTimeout(300);
  (await state()).forEach(([width], i) => assert.ok(width < before[i][0]));
  assertQuiet(page);
  await page.close();
});

test("40,000 runs are a page of less than 1.2 MB whose map is there within a second", async () => {
  const page = await open(context, "sweep-large");
  const took = await page.evaluate(() => {
    const start = performance.now();
    phase.prepare();
    document.getElementById("phase").scrollIntoView();
    return performance.now() - start;
  });
  console.log(`${took.toFixed(0)} ms`);
  assert.ok(took < 1000, `${took} ms`);
  const size = await page.evaluate(() => document.documentElement.outerHTML.length);
  assert.ok(size < 1.2e6, `${size} bytes`);
  await page.waitForTimeout(300);
  assert.equal(await colourAt(page, 0, 0.5, 0.2), await rgb(page, "--p0"));
  assert.match(await page.locator("#phase-legend").innerText(), /theory: 2 \/ dimension/);
  assertQuiet(page);
  await page.close();
});
