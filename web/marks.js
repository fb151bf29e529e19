// What is drawn onto the curves: markers that tell runs apart, rings where a run stopped being finite,
// crosses at skipped updates, lines at events.
"use strict";

const marks = (() => {
  // Index of the last recorded point at or before a step; -1 before the first.
  function indexAt(points, step) {
    let low = 0, high = points.x.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (points.x[middle] <= step) low = middle + 1; else high = middle;
    }
    return low - 1;
  }

  const drawable = (value, log) => Number.isFinite(value) && (!log || value > 0);

  function heightNear(curve, step, log) {
    const points = packed.points(curve);
    for (let i = indexAt(points, step); i >= 0; --i) if (drawable(points.y[i], log)) return points.y[i];
    return null;
  }

  function painted(u, paint) {
    u.ctx.save();
    u.ctx.setLineDash([]);
    u.ctx.lineJoin = "round";
    paint(u.ctx, u.bbox);
    u.ctx.restore();
  }

  // Eight shapes: circle, square, triangle, diamond, filled and then open.
  function trace(ctx, variant, x, y, r) {
    const shape = axes.variation(variant) % 4;
    ctx.beginPath();
    if (shape === 0) ctx.arc(x, y, r, 0, 2 * Math.PI);
    if (shape === 1) ctx.rect(x - 0.85 * r, y - 0.85 * r, 1.7 * r, 1.7 * r);
    if (shape === 2) { ctx.moveTo(x, y - 1.15 * r); ctx.lineTo(x + 1.1 * r, y + 0.8 * r); ctx.lineTo(x - 1.1 * r, y + 0.8 * r); ctx.closePath(); }
    if (shape === 3) { ctx.moveTo(x, y - 1.3 * r); ctx.lineTo(x + 1.3 * r, y); ctx.lineTo(x, y + 1.3 * r); ctx.lineTo(x - 1.3 * r, y); ctx.closePath(); }
  }

  function marker(ctx, variant, x, y, r) {
    trace(ctx, variant, x, y, r);
    ctx.fillStyle = axes.variation(variant) < 4 ? axes.colour(variant) : axes.style("--paper");
    ctx.strokeStyle = axes.variation(variant) < 4 ? axes.style("--paper") : axes.colour(variant);
    ctx.lineWidth = 0.4 * r;
    ctx.fill();
    ctx.stroke();
  }

  // A marker every so many pixels, on recorded points of a run's first seed.
  function markers(u, panel, log, s) {
    painted(u, (ctx, box) => {
      const dot = s * devicePixelRatio, apart = 110 * dot;
      const first = view.data.seeds.find((seed) => view.state.shownSeeds.has(seed));
      for (const curve of panel.curves) {
        if (curve.reference || curve.s !== first || !view.isShown(curve) || view.data.variants.length < 2) continue;
        const points = packed.points(curve);
        let before = -1;
        for (let x = box.left + apart * (0.15 + (curve.v * 0.37) % 0.8); x < box.left + box.width; x += apart) {
          const i = indexAt(points, view.stepAt(u.posToVal(x, "x", true)) + 1e-9);
          if (i < 0 || i === before || !drawable(points.y[i], log)) continue;
          before = i;
          const at = u.valToPos(view.position(points.x[i]), "x", true), y = u.valToPos(points.y[i], "y", true);
          if (at < box.left || y < box.top || y > box.top + box.height) continue;
          marker(ctx, curve.v, at, y, 3.4 * dot);
        }
      }
    });
  }

  // A ring on the last finite value, and the word beside it where there is room.
  function rings(u, panel, log, s) {
    painted(u, (ctx, box) => {
      const dot = s * devicePixelRatio, r = 4.5 * dot, right = box.left + box.width;
      const rings = panel.curves.filter((curve) => curve.mark && !curve.reference && view.isShown(curve)).map((curve) => {
        const value = heightNear(curve, curve.mark.x - 1, log);
        const y = value === null ? box.top + 3 * r : u.valToPos(value, "y", true);
        return {
          x: u.valToPos(view.position(curve.mark.x), "x", true), colour: axes.colour(curve.v), what: curve.mark.what,
          y: Math.min(box.top + box.height, Math.max(box.top, y)),
        };
      }).filter((ring) => ring.x >= box.left && ring.x <= right);
      ctx.font = axes.font(11 * dot, 600);
      ctx.textBaseline = "middle";
      const paper = axes.style("--paper");
      for (const ring of rings) {
        ctx.strokeStyle = ring.colour;
        ctx.fillStyle = paper;
        ctx.lineWidth = 1.75 * dot;
        ctx.beginPath();
        ctx.arc(ring.x, ring.y, r, 0, 2 * Math.PI);
        ctx.fill();
        ctx.moveTo(ring.x - 0.7 * r, ring.y - 0.7 * r);
        ctx.lineTo(ring.x + 0.7 * r, ring.y + 0.7 * r);
        ctx.stroke();
      }
      for (const ring of rings) {
        const room = ctx.measureText(ring.what).width + 3 * r;
        const covered = rings.some((other) => other !== ring && Math.abs(other.y - ring.y) < 3 * r &&
          other.x >= ring.x && other.x < ring.x + room + r);
        if (covered || ring.x + room > right) continue;
        haloed(ctx, ring.what, ring.x + 2 * r, ring.y, ring.colour, dot);
      }
    });
  }

  // With a rim, so that what is behind does not swallow the word.
  function haloed(ctx, text, x, y, colour, dot) {
    ctx.strokeStyle = axes.style("--paper");
    ctx.lineWidth = 4 * dot;
    ctx.fillStyle = colour;
    ctx.strokeText(text, x, y);
    ctx.fillText(text, x, y);
  }

  function skips(u, panel, log, s) {
    painted(u, (ctx, box) => {
      const r = 3 * s * devicePixelRatio;
      ctx.lineWidth = 1.25 * s * devicePixelRatio;
      for (const skip of panel.skips || []) {
        if (!view.isShown(skip)) continue;
        const curve = panel.curves.find((other) => other.v === skip.v && other.s === skip.s);
        if (!curve) continue;
        ctx.strokeStyle = axes.colour(skip.v);
        ctx.beginPath();
        let last = null;
        for (const step of packed.points(skip).x) {
          const value = heightNear(curve, step, log);
          const x = u.valToPos(view.position(step), "x", true);
          if (value === null || x < box.left || x > box.left + box.width) continue;
          const y = u.valToPos(value, "y", true);
          // Crosses that would lie on each other become one.
          if (last && Math.abs(last.x - x) < 2.2 * r && Math.abs(last.y - y) < 2.2 * r) continue;
          last = { x, y };
          ctx.moveTo(x - r, y - r); ctx.lineTo(x + r, y + r);
          ctx.moveTo(x - r, y + r); ctx.lineTo(x + r, y - r);
        }
        ctx.stroke();
      }
    });
  }

  // Below each flag (flags.js) a line.
  function events(u, shown, s) {
    painted(u, (ctx, box) => {
      const dot = s * devicePixelRatio;
      ctx.lineWidth = dot;
      ctx.globalAlpha = 0.75;
      ctx.setLineDash([2 * dot, 3 * dot]);
      for (const event of shown) {
        const x = Math.round(u.valToPos(view.position(event.step), "x", true)) + 0.5;
        if (x < box.left || x > box.left + box.width) continue;
        ctx.strokeStyle = axes.colour(event.v);
        ctx.beginPath();
        ctx.moveTo(x, box.top);
        ctx.lineTo(x, box.top + box.height);
        ctx.stroke();
      }
    });
  }

  // A value with a meaning: a line across.
  function guide(u, panel, s) {
    if (!panel.guide) return;
    painted(u, (ctx, box) => {
      const dot = s * devicePixelRatio, y = u.valToPos(panel.guide.y, "y", true);
      if (!(y >= box.top && y <= box.top + box.height)) return;
      ctx.strokeStyle = axes.style("--quiet");
      ctx.lineWidth = dot;
      ctx.setLineDash([5 * dot, 4 * dot]);
      ctx.beginPath();
      ctx.moveTo(box.left, y);
      ctx.lineTo(box.left + box.width, y);
      ctx.stroke();
      ctx.setLineDash([]);
      ctx.font = axes.font(10.5 * dot);
      ctx.textAlign = "right";
      ctx.textBaseline = y - box.top > 16 * dot ? "bottom" : "top";
      haloed(ctx, panel.guide.label, box.left + box.width - 4 * dot, y - (ctx.textBaseline === "bottom" ? 2 : -2) * dot, axes.style("--quiet"), dot);
    });
  }

  return { indexAt, drawable, painted, marker, markers, rings, skips, events, guide, haloed };
})();
