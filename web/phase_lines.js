// Lines over one axis of a sweep: a metric with a band over the seeds, its verdicts as marks; or a boundary with its
// theory.
"use strict";

const phaseLines = (() => {
  const height = (width, s) => Math.round(Math.min(380 * s, Math.max(250 * s, width * 0.45)));

  // Finite values of a cell that have a place on the scale: smallest, median, largest.
  function spread(quantity, variant, cell) {
    const all = sweep.values(variant, quantity.m);
    const good = sweep.runsOf(cell).filter((run) => sweep.verdictAt(variant, run) >= 0).map((run) => all[run])
      .filter((value) => quantities.kind(quantity, value) === null && (quantity.scale === "linear" || value > 0));
    const value = sweep.valueOf(variant, cell, quantity.m);
    return { low: Math.min(...good), high: Math.max(...good), any: good.length > 0, value, kind: quantities.kind(quantity, value) };
  }

  function band(frame, points, colour) {
    const { ctx } = frame;
    ctx.save();
    ctx.globalAlpha = 0.2;
    ctx.fillStyle = colour;
    for (let i = 0; i + 1 < points.length; ++i) {
      const [a, b] = [points[i], points[i + 1]];
      if (!a || !b) continue;
      ctx.beginPath();
      ctx.moveTo(a[0], a[1]); ctx.lineTo(b[0], b[1]); ctx.lineTo(b[0], b[2]); ctx.lineTo(a[0], a[2]);
      ctx.fill();
    }
    ctx.restore();
  }

  // A dot in the verdict's colour, with its letter where it is large enough.
  function dot({ ctx, u }, look, x, y, r) {
    ctx.beginPath();
    ctx.arc(x, y, r, 0, 2 * Math.PI);
    ctx.fillStyle = axes.style(look.colour);
    ctx.fill();
    ctx.strokeStyle = axes.style("--paper");
    ctx.lineWidth = 1.25 * u;
    ctx.stroke();
    if (r < 4 * u) return;
    ctx.fillStyle = axes.style("--p-ink");
    ctx.font = axes.font(7.5 * u, 700);
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(look.letter, x, y + 0.4 * u);
  }

  function vertical(frame, t, colour, dash) {
    const at = frame.x(t);
    phaseAxes.clip(frame, () => phaseAxes.line(frame, [[at, frame.box.top], [at, frame.box.top + frame.box.height]], colour, { width: 1.5, dash }));
  }

  // `spec`: x, variants, cellOf(variant, i), quantity, looks, curves: [{curve, variant, searches}]. What has no place
  // on the scale stands at the top.
  function build(canvas, width, s, spec) {
    const { x, quantity, looks } = spec;
    const y = phaseAxes.ofNumbers(quantity.scale, quantity.low, quantity.high, quantity.title.toLowerCase());
    const outside = spec.variants.some((variant) => sweep.values(variant, quantity.m).some((value) => quantities.kind(quantity, value) !== null));
    const strip = outside ? 13 * spec.variants.length + 6 : 0;  // above all numbers, in CSS pixels
    y.high += (y.high - y.low) * strip / (height(width, s) / s - 44 - strip);
    const frame = phaseAxes.make(canvas, width, height(width, s), s, x, { ...y, limit: y.high - (y.high - y.low) * strip / (height(width, s) / s - 44) });
    const { ctx, u, box } = frame;
    phaseAxes.grid(frame);
    const radius = Math.min(5.5 * u, Math.max(2 * u, 0.46 * box.width / x.order.length));
    const toY = (value) => frame.y(quantities.project(quantity, value));
    const dots = [];
    for (const { variant, value, theory } of spec.lines || []) {
      if (theory !== null) vertical(frame, theory, axes.style("--ink"), [6, 4]);
      if (value !== null) vertical(frame, value, axes.colour(variant.v), []);
    }
    spec.variants.forEach((variant, row) => {
      const colour = axes.colour(variant.v), middle = [], around = [];
      x.order.forEach((i, column) => {
        const cell = spec.cellOf(variant, i), told = spread(quantity, variant, cell), at = frame.x(x.t[i]);
        const drawable = told.kind === null && (quantity.scale === "linear" || told.value > 0);
        const top = drawable ? toY(told.value) : box.top + (9.5 + 13 * row) * u;
        middle.push(drawable ? [at, top] : null);
        around.push(told.any && drawable ? [at, toY(told.low), toY(told.high)] : null);
        if (told.value !== undefined) dots.push({ x: at, y: top, ix: column, iy: row, ...sweep.verdictOf(variant, cell) });
      });
      phaseAxes.clip(frame, () => {
        band(frame, around, colour);
        phaseAxes.line(frame, middle, colour, { width: 1.75, dash: axes.dash(variant.v) });
      });
    });
    if (strip > 0) phaseAxes.line(frame, [[box.left, box.top + strip * u], [box.left + box.width, box.top + strip * u]], axes.style("--line"), { width: 1, rim: false });
    for (const one of dots) if (one.verdict >= 0) dot(frame, looks[one.verdict], one.x, one.y, radius);
    phaseAxes.border(frame);
    return geometry(frame, canvas, width, dots, x.order);
  }

  // The mark nearest to the pointer; the same functions as a map has.
  function geometry(frame, canvas, width, dots, order) {
    const toCss = width / canvas.width, find = ({ ix, iy }) => dots.find((one) => one.ix === ix && one.iy === iy);
    const rows = [...new Set(dots.map((one) => one.iy))];
    return {
      frame, columns: order.length, rows: rows.length,
      pick(left, top) {
        let best = null, least = 40 * frame.u;
        for (const one of dots) {
          const away = Math.hypot(one.x - left / toCss, 0.6 * (one.y - top / toCss));
          if (away < least) [best, least] = [one, away];
        }
        return best && { ix: best.ix, iy: best.iy };
      },
      rectangle(cell) {
        const one = find(cell) || { x: frame.box.left, y: frame.box.top }, r = 7 * frame.u;
        return { left: (one.x - r) * toCss, top: (one.y - r) * toCss, width: 2 * r * toCss, height: 2 * r * toCss };
      },
      step({ ix, iy }, dx, dy) {
        const next = { ix: Math.min(order.length - 1, Math.max(0, ix + dx)), iy: Math.min(rows.length - 1, Math.max(0, iy - dy)) };
        return find(next) ? next : { ix, iy };
      },
      first: () => ({ ix: 0, iy: rows[0] ?? 0 }),
      indices: ({ ix, iy }) => [order[ix], iy],
    };
  }

  // Curves of boundaries over one axis: `curves` are [{curve, v, found}].
  function buildBoundary(canvas, width, s, x, curves) {
    const kind = curves[0].curve.scale === "log" ? "log" : "linear";
    const numbers = curves.flatMap(({ found }) => found.flatMap((p) => [p.low, p.high, p.fails, p.theory, p.again]))
      .filter((n) => n !== null && Number.isFinite(n) && (kind === "linear" || n > 0));
    if (numbers.length === 0) return null;
    const y = phaseAxes.ofNumbers(kind, Math.min(...numbers), Math.max(...numbers), curves[0].curve.key);
    const frame = phaseAxes.make(canvas, width, height(width, s), s, x, y), { ctx, u } = frame;
    phaseAxes.grid(frame);
    const place = (t, other) => [frame.x(other), frame.y(t)];
    phaseAxes.clip(frame, () => {
      for (const { found } of curves) {
        const theory = boundaries.trace(found, x, (p) => (p.theory !== null && (kind === "linear" || p.theory > 0) ? y.toT(p.theory) : null), place);
        phaseAxes.line(frame, theory, axes.style("--ink"), { width: 1.75, dash: [6, 4], rim: false });
      }
      for (const { v, found } of curves) {
        const colour = axes.colour(v), line = boundaries.trace(found, x, (p) => boundaries.middle(p, y.toT), place);
        const sorted = x.order.map((i) => found.find((p) => p.i === i));
        band(frame, sorted.map((p) => (p && p.low !== null ? [frame.x(x.t[p.i]), frame.y(y.toT(p.low)), frame.y(y.toT(p.high))] : null)), colour);
        phaseAxes.line(frame, line, colour, { width: 2, dash: axes.dash(v) });
        for (const p of found) bracket(frame, p, frame.x(x.t[p.i]), y, colour, v);
      }
    });
    phaseAxes.border(frame);
    return u;
  }

  // From what holds to what fails, and a ring where it holds again.
  function bracket({ ctx, u, y: toY }, p, x, y, colour, v) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.5 * u;
    ctx.setLineDash([]);
    if (p.value !== null && p.fails !== null) {
      ctx.beginPath();
      for (const value of [p.value, p.fails]) { const at = toY(y.toT(value)); ctx.moveTo(x - 4 * u, at); ctx.lineTo(x + 4 * u, at); }
      ctx.moveTo(x, toY(y.toT(p.value))); ctx.lineTo(x, toY(y.toT(p.fails)));
      ctx.stroke();
    }
    if (p.value !== null) marks.marker(ctx, v, x, toY(boundaries.middle(p, y.toT)), 3.6 * u);
    if (p.again !== null) {
      ctx.strokeStyle = colour;
      ctx.beginPath();
      ctx.arc(x, toY(y.toT(p.again)), 5 * u, 0, 2 * Math.PI);
      ctx.stroke();
      ctx.font = axes.font(10.5 * u);
      ctx.textAlign = "left";
      ctx.textBaseline = "middle";
      marks.haloed(ctx, "holds again", x + 8 * u, toY(y.toT(p.again)), axes.style("--quiet"), u);
    }
  }

  return { build, buildBoundary, height };
})();
