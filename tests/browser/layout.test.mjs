// Phone, projector, paper.
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { assertQuiet, browser, needBrowser, open, scrollThrough } from "./browser.mjs";

needBrowser();
const { context, close } = await browser();
after(close);

for (const name of ["small", "eventful", "fifty-runs", "hostile", "without-plots", "sweep-two", "sweep-odd"]) {
  for (const width of [390, 320]) {
    test(`${name}: nothing is wider than a phone of ${width} pixels`, async () => {
      const page = await open(context, name, { width, height: 844 });
      await scrollThrough(page);
      const { scroll, inner } = await page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, inner: innerWidth }));
      assert.ok(scroll <= inner, `${scroll} > ${inner}`);
      assertQuiet(page);
      await page.close();
    });
  }
}

test("on a phone plots stand below each other and keep their flags inside", async () => {
  const page = await open(context, "eventful", { width: 390, height: 844 });
  await scrollThrough(page);
  const boxes = await page.locator(".plot").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().left));
  assert.equal(new Set(boxes.map(Math.round)).size, 1);
  const outside = await page.locator(".flag").evaluateAll((all) => all.filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && (box.left < 0 || box.right > innerWidth);
  }).length);
  assert.equal(outside, 0);
  await page.close();
});

test("large type makes page and plots half as large again", async () => {
  const page = await open(context, "small", { width: 1920, height: 1080 });
  await page.locator("#plot-0 canvas").waitFor();
  const size = () => page.evaluate(() => ({
    type: parseFloat(getComputedStyle(document.querySelector("h2")).fontSize),
    plot: document.querySelector("#plot-0 canvas").height, axis: axes.font(11 * axes.scale()),
  }));
  const before = await size();
  await page.click("#large-type");
  await page.locator("#plot-0").scrollIntoViewIfNeeded();
  await page.locator("#plot-0 canvas").waitFor();
  const large = await size();
  assert.ok(Math.abs(large.type - before.type * 1.5) < 0.01);
  assert.ok(large.plot > before.plot * 1.2);
  assert.match(large.axis, / 17px /);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 1920);
  await page.close();
});

test("on paper everything is open and drawn, light and twice as sharp; afterwards all is as before", async () => {
  const page = await open(context, "eventful", { scheme: "dark" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const state = await page.evaluate(() => ({
    closed: document.querySelectorAll("details:not([open])").length,
    widths: [...document.querySelectorAll(".plot canvas")].map((canvas) => canvas.width / devicePixelRatio),
    missing: [...document.querySelectorAll(".drawing")].filter((one) => !one.querySelector("canvas")).length,
    paper: getComputedStyle(document.body).backgroundColor,
    ink: getComputedStyle(document.body).color,
    controls: [...document.querySelectorAll(".toolbar, nav, .choosers label, .y-axis, #hide-outcome")].filter((one) => one.checkVisibility()).length,
  }));
  assert.equal(state.closed, 0);
  assert.equal(state.missing, 0);
  assert.ok(state.widths.length > 10 && state.widths.every((width) => width === 1320), state.widths.join());
  assert.equal(state.paper, "rgb(255, 255, 255)");
  assert.equal(state.ink, "rgb(28, 29, 33)");
  assert.equal(state.controls, 0);
  await page.emulateMedia({ media: "screen", colorScheme: "dark" });
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  assert.ok(await page.evaluate(() => document.querySelectorAll("details:not([open])").length) > 5);
  assert.ok(await page.evaluate(() => document.querySelector("#plot-0 canvas").width / devicePixelRatio) < 1320);
  assertQuiet(page);
  await page.close();
});

for (const name of ["small", "eventful", "fifty-runs", "hostile", "sweep-three", "sweep-odd"]) {
  test(`${name}: nothing is wider than the paper`, async () => {
    const page = await open(context, name, { width: 680 });  // A4 between its margins
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await page.emulateMedia({ media: "print" });
    const beyond = await page.evaluate(() => [...document.querySelectorAll("main *")]
      .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > 681)
      .map((one) => `${one.tagName}.${one.className} in ${one.closest("section")?.id}`));
    assert.deepEqual([...new Set(beyond)], []);
    await page.close();
  });
}

test("the browser prints it", async () => {
  const size = {};
  for (const name of ["eventful", "without-plots"]) {
    const page = await open(context, name);
    const pdf = await page.pdf({ format: "A4" });
    size[name] = pdf.length;
    assert.ok((pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) || []).length >= 6);
    assertQuiet(page);
    await page.close();
  }
  assert.ok(size.eventful > 2 * size["without-plots"], JSON.stringify(size));  // the plots are on it
});
