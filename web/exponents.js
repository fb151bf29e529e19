// One map of exponents: for one tensor of one run, how its values spread over the powers of two, step by
// step; what its format's limits are; and the same in words. map_plots.js draws it.
"use strict";

const exponents = (() => {
  const reach = 12;  // limits that are not further away than this are shown with the values

  function unpack(map) {
    if (!map.levels) {
      map.steps = packed.steps(map.x);
      map.levels = packed.shares(map.cells, map.rows * map.columns);
      map.strips = ["zeros", "infinities", "nans"].map((name) => packed.shares(map[name], map.columns));
    }
    return map;
  }

  // The rows two maps have in common, so that they can be compared: their values, and the limits that are
  // near them.
  function frame(maps) {
    const filled = maps.filter((map) => map.rows > 0);
    let low = Math.min(...filled.map((map) => map.low)), high = Math.max(...filled.map((map) => map.low + map.rows));
    if (filled.length === 0) [low, high] = [-4, 4];
    const edges = maps.flatMap((map) => (map.limits ? [map.limits.over, map.limits.normal, map.limits.under] : []));
    for (const edge of edges) {
      if (edge < low && low - edge <= reach) low = Math.floor(edge);
      if (edge > high && edge - high <= reach) high = Math.ceil(edge);
    }
    // Room for the words about limits that are further away.
    return { low: low - (edges.some((edge) => edge < low) ? 4 : 1), high: high + (edges.some((edge) => edge > high) ? 3 : 1) };
  }

  // The step at which a column ends; the last one is as wide as the one before.
  function columnEnd(map, i) {
    if (i + 1 < map.columns) return map.steps[i + 1];
    return map.last + Math.max(1, i > 0 ? Math.min(map.steps[i] - map.steps[i - 1], view.last / 20) : 1);
  }

  function columnAt(map, step) {
    if (step < map.steps[0]) return -1;
    let i = 0;
    while (i + 1 < map.columns && map.steps[i + 1] <= step) ++i;
    return i;
  }

  const level = (map, row, column) => (row < 0 || row >= map.rows ? 0 : map.levels[row * map.columns + column]);

  // What the format's limits say, and where: {at, text, short, above}.
  function limits(map) {
    const format = map.limits;
    if (!format) return [];
    const over = format.saturates ? "saturates" : "overflow";
    const zero = format.flushed ? "flushed to zero" : "zero";
    return [
      { at: format.over, short: `${format.format} ${over}`, text: `${format.format}: ${over} above ${words.number(format.max)}`, above: true },
      { at: format.normal, short: `${format.format} subnormals`, text: `subnormal below ${words.power(2, format.normal)}` },
      { at: format.under, short: zero, text: `${zero} below ${words.power(2, format.under)}` },
    ].filter((limit) => !(format.flushed && limit.at === format.normal && limit.short !== zero));
  }

  function whereIs(map, exponent) {
    const format = map.limits;
    if (!format) return "";
    if (exponent < format.normal) return `, subnormal in ${format.format}`;
    return "";
  }

  // What there is at a step, and in the row of an exponent where the pointer is in one.
  function lines(map, bounds, step, at) {
    const i = columnAt(map, step);
    if (i < 0) return null;
    const to = Math.min(columnEnd(map, i) - 1, map.last);
    const title = map.single ? `traced at step ${words.step(map.steps[i])}`
      : `at any step from ${words.step(map.steps[i])} to ${words.step(to)}`;
    const rows = [];
    if (at >= bounds.low && at < bounds.high) {
      const share = packed.share(level(map, at - map.low, i));
      rows.push({ name: `${words.power(2, at)} to ${words.power(2, at + 1)}${whereIs(map, at)}`, text: words.percent(share) });
    }
    ["zeros", "∞", "NaN"].forEach((name, index) => {
      const there = map.strips[index][i];
      if (there > 0 || index === 0) rows.push({ name, text: words.percent(packed.share(there)) });
    });
    return { title, rows, more: "" };
  }

  // "Values from 2^-20 to 2^3 over the run; at step 300 most are near 2^-9, 12 % are zero. ..."
  function describe(map) {
    unpack(map);
    const i = map.columns - 1, sentences = [];
    if (map.single && map.columns < 12) sentences.push(`Traced at ${map.columns} step${map.columns === 1 ? "" : "s"} only; run.trace_every in the scenario asks for more.`);
    if (map.rows === 0) sentences.push("No value is finite and other than zero.");
    else sentences.push(`Values from ${words.power(2, map.low)} to ${words.power(2, map.low + map.rows)} over the run.`);
    let most = -1, row = -1;
    for (let r = 0; r < map.rows; ++r) if (level(map, r, i) > most) { most = level(map, r, i); row = r; }
    if (row >= 0 && most > 0) sentences.push(`At step ${words.step(map.last)} most are near ${words.power(2, map.low + row)}.`);
    const worst = (index) => {
      const column = map.strips[index].reduce((best, there, at) => (there > map.strips[index][best] ? at : best), 0);
      return { share: packed.share(map.strips[index][column]), step: map.steps[column] };
    };
    for (const [index, what] of [[0, "zero"], [1, "infinite"], [2, "NaN"]]) {
      const { share, step } = worst(index);
      if (share > 0) sentences.push(`${share < 0.001 ? "A few" : `Up to ${words.percent(share)}`} are ${what}, most at step ${words.step(step)}.`);
    }
    if (map.limits && map.rows > 0) {
      const room = Math.floor(map.limits.over - (map.low + map.rows));
      sentences.push(room > 0 ? `${room} binades below the overflow of ${map.limits.format}.` : `They reach the top of ${map.limits.format}.`);
      if (map.low < map.limits.normal && !map.limits.flushed) sentences.push(`Some are subnormal in ${map.limits.format}.`);
    }
    return sentences.join(" ");
  }

  return { unpack, frame, columnEnd, limits, lines, describe };
})();
