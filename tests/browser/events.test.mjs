// Events: sentences at the top, numbered flags on the plots.
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { assertQuiet, browser, needBrowser, open, scrollThrough } from "./browser.mjs";

needBrowser();
const { context, close } = await browser();
after(close);

async function ready(options) {
  const page = await open(context, "eventful", options);
  await scrollThrough(page);
  await page.locator("#plot-0").scrollIntoViewIfNeeded();
  return page;
}

test("sentences stand at the top, grouped by run, once for all seeds", async () => {
  const page = await ready();
  const told = await page.locator("#events .told").allInnerTexts();
  assert.equal(told.length, 4);  // two kinds in two of three runs, three seeds each
  assert.match(told[0], /^Step 101: on worker 2 the backward pass made w2\[17\]/);
  assert.match(told[1], /^Step 201: ∞ − ∞ made the first NaN/);  // its words lack the step
  assert.match(await page.locator("#events li").first().innerText(), /With seed 1; likewise with seed 2 at step 102, seed 3 at step 103\./);
  assert.deepEqual(await page.locator("#events h4").allInnerTexts(), ["base", "again"]);
  assert.equal(await page.locator("#events table tbody tr").count(), 12);
  await page.close();
});

test("a click on a sentence zooms all plots to its step", async () => {
  const page = await ready();
  await page.locator("#events .told").nth(1).click();
  const { min, max } = await page.evaluate(() => view.range());
  assert.ok(min > 180 && min < 201 && max > 201 && max < 222, `${min} to ${max}`);
  assert.equal(await page.evaluate(() => view.cursor()), 201);
  assertQuiet(page);
  await page.close();
});

test("each plot has a flag where the event is, which tells it to pointer and keyboard", async () => {
  const page = await ready();
  const panels = await page.evaluate(() => view.data.panels.length);
  for (let i = 0; i < panels; ++i) assert.equal(await page.locator(`#plot-${i} .flag`).count(), 2, `plot ${i}`);
  const flag = page.locator("#plot-0 .flag").first();
  const at = await flag.evaluate((one) => {
    const over = one.closest(".plot").querySelector(".u-over").getBoundingClientRect(), box = one.getBoundingClientRect();
    return ((box.left + box.right) / 2 - over.left) / over.width * 299;
  });
  assert.ok(Math.abs(at - 101) < 1.5, `flag at ${at}`);
  await flag.hover();
  assert.match(await page.locator("#plot-0 .tip").innerText(), /1 · base: Step 101: on worker 2/);
  await page.mouse.move(5, 5);
  assert.ok(await page.locator("#plot-0 .tip").isHidden());
  await flag.focus();
  assert.ok(await page.locator("#plot-0 .tip").isVisible());
  await page.keyboard.press("ArrowRight");
  assert.match(await page.locator("#plot-0 .tip").innerText(), /first NaN/);
  await page.keyboard.press("Enter");
  assert.ok((await page.evaluate(() => view.range())).min > 150);
  await page.close();
});

test("flags of a run or seed that is switched off are gone", async () => {
  const page = await ready();
  const runs = page.getByRole("group", { name: "Runs" });
  await runs.getByRole("button", { name: "base" }).click();
  await runs.getByRole("button", { name: "again" }).click();
  assert.equal(await page.locator("#plot-0 .flag").count(), 0);
  await page.close();
});

test("a flag's line is drawn in every plot at its step", async () => {
  const page = await ready();
  const lines = await page.evaluate(() => [0, 2].map((i) => {
    const u = document.querySelector(`#plot-${i} .u-over`), canvas = document.querySelector(`#plot-${i} canvas`);
    const x = Math.round((u.offsetLeft + 101 / 299 * u.clientWidth) * devicePixelRatio);
    const ctx = canvas.getContext("2d"), column = (at) => ctx.getImageData(at, u.offsetTop, 1, u.clientHeight).data;
    const ink = (at) => column(at).reduce((sum, value, k) => sum + (k % 4 === 3 ? value : 0), 0);
    return Math.max(ink(x - 1), ink(x), ink(x + 1)) - Math.max(ink(x - 9), ink(x - 8));
  }));
  for (const difference of lines) assert.ok(difference > 3000, `ink ${difference}`);
  await page.close();
});
