// Pages that are not as one thinks of them: hostile texts, no plots, no finite value, one step, fifty runs.
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { assertQuiet, browser, needBrowser, open, scrollThrough } from "./browser.mjs";

needBrowser();
const { context, close } = await browser();
after(close);

test("hostile names and texts are shown as what they are", async () => {
  const page = await open(context, "hostile");
  await scrollThrough(page);
  const attack = "</script><script>document.title='cracked'</script><img src=x onerror=alert(1)> & \" ' \\";
  assert.notEqual(await page.title(), "cracked");
  assert.equal(await page.locator("img").count(), 0);
  assert.ok((await page.locator("h1").innerText()).startsWith(attack));
  assert.deepEqual(await page.evaluate(() => view.data.variants[1]), attack);
  assert.ok((await page.getByRole("group", { name: "Runs" }).innerText()).includes(attack));
  await page.locator("#plot-0 .flag").first().hover();
  assert.ok((await page.locator("#plot-0 .tip").innerText()).includes(attack));
  assert.ok((await page.locator("#maps h4").first().innerText()).includes(attack));
  assertQuiet(page);
  await page.close();
});

test("a name that runs from right to left turns nothing around it", async () => {
  const page = await open(context, "hostile");
  const row = page.locator("table.runs tr").nth(3);
  assert.equal(await row.locator("bdi").evaluate((one) => getComputedStyle(one).unicodeBidi), "isolate");
  const [swatch, name] = await Promise.all([row.locator("svg").boundingBox(), row.locator("bdi").boundingBox()]);
  assert.ok(swatch.x < name.x);
  await page.close();
});

test("without uPlot the page has its numbers and says what is missing", async () => {
  const page = await open(context, "without-plots");
  assert.match(await page.locator("#plots .incomplete").innerText(), /uPlot was not installed/);
  assert.ok(await page.locator("#plots figure table").first().isVisible());
  assert.equal(await page.locator("#maps").count(), 0);
  assert.ok(await page.locator("table.losses").first().isVisible());
  await page.click("#theme");
  assertQuiet(page);
  await page.close();
});

test("a run without a single finite value still has a plot, which says so", async () => {
  const page = await open(context, "nothing-finite");
  await page.locator("#plot-0 canvas").waitFor();
  assert.match(await page.locator("#plot-0 .drawing").getAttribute("aria-label"), /base: NaN at every recorded step/);
  const words = await page.evaluate(() => {
    const canvas = document.querySelector("#plot-0 canvas"), u = document.querySelector("#plot-0 .u-over");
    const middle = canvas.getContext("2d").getImageData((u.offsetLeft + u.clientWidth / 2 - 60) * devicePixelRatio,
      (u.offsetTop + u.clientHeight / 2 - 10) * devicePixelRatio, 120 * devicePixelRatio, 20 * devicePixelRatio).data;
    return middle.reduce((ink, value, i) => ink + (i % 4 === 3 && value > 128 ? 1 : 0), 0);
  });
  assert.ok(words > 150, `${words} pixels of "no finite value here"`);
  await page.locator("#plot-0 .drawing").focus();
  await page.keyboard.press("ArrowRight");
  assert.match(await page.locator("#said").innerText(), /base: NaN/);
  assertQuiet(page);
  await page.close();
});

test("a run of one step has its point", async () => {
  const page = await open(context, "one-step");
  await scrollThrough(page);
  await page.locator("#plot-0 .drawing").focus();
  for (const key of ["+", "+", "-", "0", "ArrowLeft"]) await page.keyboard.press(key);
  assert.match(await page.locator("#said").innerText(), /^step 0; base: 0\.7/);
  assertQuiet(page);
  await page.close();
});

test("fifty runs can be switched off at once and on one by one", async () => {
  const page = await open(context, "fifty-runs");
  await page.locator("#plot-0 canvas").waitFor();
  assert.equal(await page.evaluate(() => new Set(view.data.variants.map((_, v) => axes.colour(v) + axes.dash(v))).size), 50);
  assert.ok(await page.locator("#toolbar").evaluate((one) => one.clientHeight) < 300);
  const runs = page.getByRole("group", { name: "Runs" });
  await runs.getByRole("button", { name: "none" }).click();
  assert.equal(await runs.locator('[aria-pressed="true"]').count(), 0);
  await runs.getByRole("button", { name: "run7", exact: true }).click();
  assert.equal(await page.evaluate(() => [...view.state.shownVariants].join()), "7");
  assertQuiet(page);
  await page.close();
});
