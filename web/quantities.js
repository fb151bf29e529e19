// What a diagram of a sweep can show: the verdict, or a metric with its scale and its words.
"use strict";

const quantities = (() => {
  const titles = { first_bad_step: "First bad step", final_loss: "Final loss", final_loss_scale: "Final loss scale" };
  const title = (name) => titles[name] || name;

  // -1 of a metric that is a step says that there was none.
  const hasNone = (name) => /^first_.*_step$|_step$/.test(name);

  // Logarithmic where the values are positive and far apart, to base 2 of a loss scale.
  function scaleOf(name, low, high) {
    if (/loss_scale$/.test(name)) return low > 0 ? "log2" : "linear";
    if (/loss$/.test(name)) return low > 0 ? "log" : "linear";
    return low > 0 && high > 30 * low ? "log" : "linear";
  }

  function measure(data, name, m) {
    const none = hasNone(name);
    let low = Infinity, high = -Infinity, special = false;
    for (const variant of data.variants) {
      for (const value of sweep.values(variant, m)) {
        if (value === null || (none && value < 0)) continue;
        if (!Number.isFinite(value)) { special = true; continue; }
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    const scale = scaleOf(name, low, high);
    return { id: name, m, title: title(name), low, high, scale, none, worth: low < high || (special && low <= high) };
  }

  // Those in which runs differ; the first is the verdict.
  function list(data) {
    const metrics = data.metrics.map((name, m) => measure(data, name, m)).filter((one) => one.worth);
    return [{ id: "verdict", title: "Verdict", m: -1 }, ...metrics];
  }

  const project = (quantity, value) =>
    (quantity.scale === "log" ? Math.log10(value) : quantity.scale === "log2" ? Math.log2(value) : value);

  // What is no number on the scale has a kind: "missing", "absent", "none", "NaN", "infinite"; else null.
  function kind(quantity, value) {
    if (value === undefined) return "missing";
    if (value === null) return "absent";
    if (Number.isNaN(value)) return "NaN";
    if (!Number.isFinite(value)) return "infinite";
    return quantity.none && value < 0 ? "none" : null;
  }

  // A level of the ramp, 1 to 51.
  function level(quantity, value) {
    const from = project(quantity, quantity.low), to = project(quantity, quantity.high);
    const at = to > from ? (project(quantity, value) - from) / (to - from) : 0.5;
    return 1 + Math.round(50 * Math.min(1, Math.max(0, at)));
  }

  function text(quantity, value) {
    const what = kind(quantity, value);
    if (what === "missing") return "no run";
    if (what === "absent") return "–";
    if (what === "none") return "none";
    if (what === null && quantity.scale === "log2" && value > 0 && Number.isInteger(Math.log2(value)) && Math.abs(Math.log2(value)) > 3) return words.power(2, Math.log2(value));
    return quantity.none && what === null ? words.step(value) : words.number(value);
  }

  return { list, title, kind, level, project, text };
})();
