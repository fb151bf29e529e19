// What the searches for boundaries found, as lines: over a map whose axis was searched, or in a plot of their own.
"use strict";

const boundaries = (() => {
  // Over the seeds, of those that found something.
  function median(numbers) {
    const found = numbers.filter((x) => x !== null && x !== undefined);
    return found.length === 0 ? null : sweep.median(found);
  }

  // A curve's searches at each value of axis `along`, the other axes being at `at`: [{i, low, high, value, fails,
  // theory, again}], where `low` and `high` are the smallest and the largest of the seeds.
  function points(curve, along, at) {
    const found = new Map();
    for (const search of curve.searches) {
      const here = search.at.every((index, a) => a === along || a === curve.axis || index < 0 || index === at[a]);
      const i = search.at[along] ?? -1;
      if (!here || i < 0) continue;
      if (!found.has(i)) found.set(i, []);
      found.get(i).push(search);
    }
    return [...found].map(([i, searches]) => {
      const held = searches.map((search) => search.value).filter((value) => value !== null);
      return {
        i, searches, low: held.length ? Math.min(...held) : null, high: held.length ? Math.max(...held) : null,
        value: median(held), fails: median(searches.map((search) => search.fails)),
        theory: median(searches.map((search) => search.theory)), again: median(searches.map((search) => search.again)),
      };
    });
  }

  // Between the last value that holds and the first that does not, as a place on the searched axis.
  function middle(point, toT) {
    if (point.value === null) return null;
    return point.fails === null ? toT(point.value) : (toT(point.value) + toT(point.fails)) / 2;
  }

  // The points of a line along an axis, in pixels; steps where the axis has no order of its own. `place(t, other)` is
  // where the value of the searched axis `t` and the place on the other are.
  function trace(found, scale, value, place) {
    const at = new Map(found.map((point) => [point.i, point]));
    return scale.order.flatMap((i, k) => {
      const t = at.has(i) ? value(at.get(i)) : null;
      if (t === null) return [null];
      if (scale.kind !== "named") return [place(t, scale.t[i])];
      return [place(t, scale.edges[k]), place(t, scale.edges[k + 1])];
    });
  }

  // Draws the boundary and the theory over a map: `searched` is its axis that was searched, "x" or "y".
  function overlay(frame, found, searched, x, y) {
    const scale = searched === "y" ? x : y, toT = (searched === "y" ? y : x).toT;
    if (!toT) return;
    const place = (t, other) => (searched === "y" ? [frame.x(other), frame.y(t)] : [frame.x(t), frame.y(other)]);
    const theory = trace(found, scale, (point) => (point.theory > 0 || (point.theory !== null && toT !== Math.log10) ? toT(point.theory) : null), place);
    const boundary = trace(found, scale, (point) => middle(point, toT), place);
    phaseAxes.clip(frame, () => {
      phaseAxes.line(frame, theory, axes.style("--ink"), { width: 1.75, dash: [6, 4] });
      phaseAxes.line(frame, boundary, axes.style("--ink"), { width: 2.5 });
    });
  }

  const holding = (curve) => `${curve.largest ? "largest" : "smallest"} ${curve.key} at which “${curve.holds}” holds`;

  return { points, middle, trace, overlay, holding };
})();
