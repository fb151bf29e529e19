// A page opened from disk asks nobody for anything, and no text of a scenario makes it do so.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";

import { assertQuiet, browser, needBrowser, open, pages, scrollThrough } from "./browser.mjs";

needBrowser();
const { context, close } = await browser();
after(close);

for (const name of fs.readdirSync(pages).filter((entry) => fs.statSync(path.join(pages, entry)).isDirectory())) {
  test(`${name}: no request, no error, from top to bottom`, async () => {
    const page = await open(context, name);
    await scrollThrough(page);
    assertQuiet(page);
    await page.close();
  });
}

test("the page over all results asks nobody either", async () => {
  const page = await open(context, "", { url: "file://" + path.join(pages, "index.html") });
  await page.click("#theme");
  assertQuiet(page);
  await page.close();
});

test("the browser refuses what the page may not do", async () => {
  const page = await open(context, "small");
  const policy = await page.getAttribute("meta[http-equiv=Content-Security-Policy]", "content");
  assert.equal(policy, "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:");
  const refused = await page.evaluate(async (url) => {
    const seen = [];
    document.addEventListener("securitypolicyviolation", (event) => seen.push(event.effectiveDirective));
    await fetch(url).catch(() => seen.push("fetch failed"));
    const image = new Image();
    image.src = url + ".png";
    const script = document.createElement("script");
    script.src = url + ".js";
    document.body.append(image, script);
    await new Promise((resolve) => setTimeout(resolve, 300));
    return seen;
  }, "file:///etc/hostname");
  for (const directive of ["connect-src", "fetch failed", "img-src", "script-src-elem"]) assert.ok(refused.includes(directive), directive);
  await page.close();
});
