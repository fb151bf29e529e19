// A sweep as the page carries it: the runs of a grid of axes, and what the seeds of a cell have in common. Read when
// somebody comes near (phase.js).
"use strict";

const sweep = (() => {
  let data = null;

  function load() {
    if (data) return data;
    data = JSON.parse(document.getElementById("phase-data").textContent);
    data.axes = data.axes.map((keys) => ({ keys, name: keys[0].key, size: keys[0].texts.length }));
    data.runsOfCell = data.joined ? 1 : data.seeds.length;
    for (const variant of data.variants) {
      variant.sizes = data.axes.map((axis, a) => (variant.knows[a] ? axis.size : 1));
      variant.cells = variant.sizes.reduce((product, size) => product * size, 1);
      variant.isSplit = new Set(variant.split === undefined ? [] : packed.steps(variant.split));
    }
    return data;
  }

  // The cell of a variant where the axes are at these values; an axis it does not know makes no difference.
  function cellOf(variant, at) {
    let cell = 0;
    for (let a = 0; a < at.length; ++a) if (variant.knows[a]) cell = cell * variant.sizes[a] + at[a];
    return cell;
  }

  const verdictAt = (variant, run) => variant.verdicts.charCodeAt(run) - 65;  // below 0: missing
  const seedOf = (run) => data.seeds[run % data.runsOfCell];
  const rowOf = (variant, run) => (variant.first >= 0 ? variant.first + run : variant.rows ? variant.rows[run] : -1);

  // A metric of every run, null where a run lacks it.
  function values(variant, m) {
    const metric = variant.metrics[m];
    if (!metric.values) {
      metric.values = packed.values(metric.y, metric.wide);
      for (const run of metric.absent === undefined ? [] : packed.steps(metric.absent)) metric.values[run] = null;
      delete metric.y;
    }
    return metric.values;
  }

  function runsOf(cell) {
    return Array.from({ length: data.runsOfCell }, (_, seed) => cell * data.runsOfCell + seed);
  }

  // The commonest verdict of a cell's runs, the next, and how often each; the first named wins a tie.
  function verdictOf(variant, cell) {
    const times = new Map();
    for (const run of runsOf(cell)) {
      const verdict = verdictAt(variant, run);
      if (verdict >= 0) times.set(verdict, (times.get(verdict) || 0) + 1);
    }
    const all = [...times].sort(([a, m], [b, n]) => n - m || a - b);
    return { verdict: all.length ? all[0][0] : -1, next: all.length > 1 ? all[1][0] : -1, times: all, split: all.length > 1 || variant.isSplit.has(cell) };
  }

  // NaN counts as the largest there is: half of the seeds are no better than the median.
  function median(numbers) {
    const sorted = [...numbers].sort((a, b) => (Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : a - b));
    return sorted[(sorted.length - 1) >> 1];
  }

  // The median of a cell; null where no run has the metric, undefined where there is no run.
  function valueOf(variant, cell, m) {
    const all = values(variant, m);
    const there = runsOf(cell).filter((run) => verdictAt(variant, run) >= 0);
    if (there.length === 0) return undefined;
    const numbers = there.map((run) => all[run]).filter((value) => value !== null);
    return numbers.length === 0 ? null : median(numbers);
  }

  // "model.dimension = 8, optimizer.lr = 0.1", of all keys or those of some axes.
  function pointText(at, variant, axes = data.axes.keys()) {
    return [...axes].filter((a) => !variant || variant.knows[a])
      .flatMap((a) => data.axes[a].keys.map((key) => `${key.key} = ${key.texts[at[a]]}`)).join(", ");
  }

  return { load, cellOf, verdictAt, seedOf, rowOf, values, runsOf, verdictOf, valueOf, median, pointText };
})();
