// make_pages.mjs PROGRAM SYNTHETIC WITHOUT_PLOTS SCENARIO OUT: the pages the tests open. A small scenario is run by the
// program itself; the rest are made-up results it makes pages of.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

import { whyNot } from "./browser.mjs";

const [program, synthetic, withoutPlots, scenario, out] = process.argv.slice(2);
if (whyNot()) {
  console.log(`browser tests skipped: ${whyNot()}`);
  process.exit(0);
}
fs.rmSync(out, { recursive: true, force: true });
const run = (file, ...args) => execFileSync(file, args, { stdio: ["ignore", "ignore", "inherit"] });
run(synthetic, out);
for (const name of fs.readdirSync(out)) run(program, "report", path.join(out, name));
fs.cpSync(path.join(out, "eventful"), path.join(out, "without-plots"), { recursive: true });
run(withoutPlots, path.join(out, "without-plots"));
run(program, "run", scenario, "--out", out, "--quiet");
