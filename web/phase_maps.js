// A map over two axes of a sweep: a rectangle a cell, its verdict or a metric, and over it boundary and theory.
"use strict";

const phaseMaps = (() => {
  // Which interval of ascending edges a place is in; -1 outside.
  function interval(edges, t) {
    for (let i = 0; i + 1 < edges.length; ++i) if (t >= edges[i] && t < edges[i + 1]) return i;
    return -1;
  }

  // The corner of a cell whose seeds disagree has the look of the next verdict; of a number, a dot.
  function disagreement({ ctx, dot, u }, looks, { next }, left, top, width, height) {
    const size = Math.max(3 * dot, Math.min(0.45 * Math.min(width, height), 9 * u));
    ctx.beginPath();
    ctx.moveTo(left + width - size, top + height);
    ctx.lineTo(left + width, top + height - size);
    ctx.lineTo(left + width, top + height);
    ctx.closePath();
    ctx.fillStyle = next >= 0 ? axes.style(looks[next].colour) : axes.style("--ink");
    ctx.fill();
    ctx.strokeStyle = axes.style("--p-ink");
    ctx.lineWidth = 0.75 * dot;
    ctx.stroke();
  }

  function paint(frame, spec, told, left, top, width, height) {
    const { ctx, dot, u } = frame, { quantity, looks } = spec;
    if (quantity.m < 0) {
      if (told.verdict < 0) verdicts.special(ctx, "missing", left, top, width, height, u);
      else verdicts.fill(ctx, looks[told.verdict], left, top, width, height, u);
    } else {
      const kind = quantities.kind(quantity, told.value);
      if (kind) verdicts.special(ctx, kind, left, top, width, height, u);
      else {
        ctx.fillStyle = ramp.values()[quantities.level(quantity, told.value)];
        ctx.fillRect(left, top, width, height);
      }
    }
    if (told.split && Math.min(width, height) >= 6 * dot) disagreement(frame, looks, told, left, top, width, height);
  }

  const height = (width, s) => Math.round(Math.min(400 * s, Math.max(230 * s, width * 0.82)));

  // `spec`: x, y (phase_axes.js), cell(ix, iy) to {variant, cell}, quantity, looks, curves: [{found, searched}].
  function build(canvas, width, s, spec) {
    const { x, y } = spec, frame = phaseAxes.make(canvas, width, spec.height || height(width, s), s, x, y);
    const { ctx, dot, box } = frame;
    const across = x.edges.map((t) => Math.round(frame.x(t))), up = y.edges.map((t) => Math.round(frame.y(t)));
    const gap = Math.min(across[1] - across[0], up[0] - up[1]) >= 12 * dot ? Math.round(dot) : 0;
    const seen = (ix, iy) => {
      const { variant, cell } = spec.cell(x.order[ix], y.order[iy]);
      const told = sweep.verdictOf(variant, cell);
      if (spec.quantity.m >= 0) told.value = sweep.valueOf(variant, cell, spec.quantity.m);
      return told;
    };
    for (let ix = 0; ix < x.order.length; ++ix)
      for (let iy = 0; iy < y.order.length; ++iy)
        paint(frame, spec, seen(ix, iy), across[ix], up[iy + 1], across[ix + 1] - across[ix] - gap, up[iy] - up[iy + 1] - gap);
    for (const { found, searched } of spec.curves || []) boundaries.overlay(frame, found, searched, x, y);
    phaseAxes.border(frame);

    const toCss = width / canvas.width;
    return {
      frame, columns: x.order.length, rows: y.order.length,
      // Cells are counted from the lower left.
      pick(left, top) {
        const ix = interval(x.edges, x.low + (left / toCss - box.left) / box.width * (x.high - x.low));
        const iy = interval(y.edges, y.high - (top / toCss - box.top) / box.height * (y.high - y.low));
        return ix < 0 || iy < 0 ? null : { ix, iy };
      },
      rectangle: ({ ix, iy }) => ({
        left: across[ix] * toCss, top: up[iy + 1] * toCss, width: (across[ix + 1] - across[ix]) * toCss, height: (up[iy] - up[iy + 1]) * toCss,
      }),
      step: ({ ix, iy }, dx, dy) => ({
        ix: Math.min(x.order.length - 1, Math.max(0, ix + dx)), iy: Math.min(y.order.length - 1, Math.max(0, iy + dy)),
      }),
      first: () => ({ ix: 0, iy: 0 }),
      indices: ({ ix, iy }) => [x.order[ix], y.order[iy]],
    };
  }

  return { build, height };
})();
