// Chromium for the tests: started fresh, headless and without anything that asks a network; closed at
// the end. Where it or playwright-core is missing the tests are skipped with the reason.
import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const pages = process.env.HALFSTEP_PAGES;
const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";

export function whyNot() {
  if (!fs.existsSync(executablePath)) return `${executablePath} is not there (Debian: apt-get install chromium)`;
  try {
    playwright();
  } catch {
    return "playwright-core is not installed (run `npm ci` in web/)";
  }
  return null;
}

function playwright() {
  const web = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../web/package.json");
  return createRequire(web)("playwright-core");
}

// Must be the first thing a test file does.
export function needBrowser() {
  const reason = whyNot();
  if (!reason) return;
  console.log(`browser tests skipped: ${reason}`);
  process.exit(0);
}

const switches = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

export async function browser() {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), "halfstep-browser-"));
  const context = await playwright().chromium.launchPersistentContext(profile, { executablePath, headless: true, args: switches });
  context.setDefaultTimeout(60000);
  return {
    context,
    close: async () => {
      await context.close();
      fs.rmSync(profile, { recursive: true, force: true });
    },
  };
}

export const address = (name) => "file://" + path.join(pages, name, "report.html");

// Opens a report; `page.complaints` collects errors and requests for anything but files.
export async function open(context, name, { width = 1280, height = 900, scheme = "light", hash = "", url } = {}) {
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => {
    // The tests read pixels, the page does not.
    if (["error", "warning"].includes(message.type()) && !message.text().includes("willReadFrequently")) page.complaints.push(message.text());
  });
  page.on("pageerror", (error) => page.complaints.push(error.stack || error.message));
  page.on("request", (request) => { if (!/^(file|data|blob):/.test(request.url())) page.complaints.push("request for " + request.url()); });
  page.on("dialog", (dialog) => { page.complaints.push("dialog " + dialog.message()); dialog.dismiss(); });
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: scheme });
  await page.goto((url || address(name)) + hash);
  return page;
}

// Comes by everything, so that all that is drawn late is drawn.
export async function scrollThrough(page) {
  await page.evaluate(async () => {
    for (let y = 0; y < document.documentElement.scrollHeight; y += 400) {
      scrollTo(0, y);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
  await page.waitForTimeout(300);
}

// Nothing went wrong and nobody was asked for anything.
export function assertQuiet(page) {
  assert.deepEqual(page.complaints, []);
}
