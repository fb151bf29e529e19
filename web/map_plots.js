// Draws a map of exponents (exponents.js) into a uPlot, which gives it the axes, the cursor and the zoom of
// all other plots; and small, without axes.
"use strict";

const mapPlots = (() => {
  const strip = 11, gap = 4;  // of the strips for zeros, infinities and NaN, in CSS pixels

  // Where a strip is: its middle and height in the units of the value axis.
  function strips(bounds, unit) {
    const middle = (strip / 2) * unit, next = (strip + gap) * unit;
    return [
      { name: "0", index: 0, y: bounds.low - gap * unit - middle, alarm: false },
      { name: "∞", index: 1, y: bounds.high + gap * unit + middle, alarm: true },
      { name: "NaN", index: 2, y: bounds.high + gap * unit + middle + next, alarm: true },
    ];
  }

  function drawCells(u, map, bounds, s) {
    marks.painted(u, (ctx, box) => {
      ctx.beginPath();
      ctx.rect(box.left, box.top, box.width, box.height);
      ctx.clip();
      const y = (value) => Math.round(u.valToPos(value, "y", true));
      const colours = ramp.values(), alarm = ramp.alarm();
      const all = strips(bounds, u.unit), half = Math.round(strip * s * devicePixelRatio / 2);
      ctx.fillStyle = axes.style("--raised");
      ctx.strokeStyle = axes.style("--line");
      ctx.lineWidth = devicePixelRatio * s;
      for (const { y: middle } of all) {
        ctx.fillRect(box.left, y(middle) - half, box.width, 2 * half);
        ctx.strokeRect(box.left, y(middle) - half, box.width, 2 * half);
      }
      ctx.fillRect(box.left, y(bounds.high), box.width, y(bounds.low) - y(bounds.high));
      for (let i = 0; i < map.columns; ++i) {
        const left = Math.round(u.valToPos(view.position(map.steps[i]), "x", true));
        const right = Math.max(left + 1, Math.round(u.valToPos(view.position(exponents.columnEnd(map, i)), "x", true)));
        if (right < box.left || left > box.left + box.width) continue;
        for (let row = 0; row < map.rows; ++row) {
          const there = map.levels[row * map.columns + i];
          if (there === 0) continue;
          const top = y(map.low + row + 1);
          ctx.fillStyle = colours[there];
          ctx.fillRect(left, top, right - left, y(map.low + row) - top);
        }
        for (const { index, y: middle, alarm: loud } of all) {
          const there = map.strips[index][i];
          if (there === 0) continue;
          ctx.fillStyle = (loud ? alarm : colours)[there];
          ctx.fillRect(left, y(middle) - half, right - left, 2 * half);
        }
      }
    });
  }

  function drawLimits(u, map, bounds, s) {
    marks.painted(u, (ctx, box) => {
      const dot = s * devicePixelRatio, ink = axes.style("--limit");
      ctx.font = axes.font(10.5 * dot, 550);
      ctx.textAlign = "right";
      const right = box.left + box.width - 5 * dot;
      let below = 0;
      for (const limit of exponents.limits(map)) {
        const inside = limit.at >= bounds.low && limit.at <= bounds.high;
        if (inside) {
          const y = Math.round(u.valToPos(limit.at, "y", true)) + 0.5;
          ctx.strokeStyle = ink;
          ctx.lineWidth = 1.25 * dot;
          ctx.setLineDash([6 * dot, 4 * dot]);
          ctx.beginPath();
          ctx.moveTo(box.left, y);
          ctx.lineTo(box.left + box.width, y);
          ctx.stroke();
          ctx.setLineDash([]);
          ctx.textBaseline = limit.above ? "bottom" : "top";
          marks.haloed(ctx, limit.text, right, y + (limit.above ? -3 : 3) * dot, ink, dot);
          continue;
        }
        // Further away than the map reaches: say how far.
        const up = limit.at > bounds.high, away = Math.round(up ? limit.at - bounds.high : bounds.low - limit.at);
        const edge = u.valToPos(up ? bounds.high : bounds.low, "y", true);
        const text = `${up ? "↑" : "↓"} ${limit.short}: ${away} binades further`;
        ctx.textBaseline = up ? "top" : "bottom";
        marks.haloed(ctx, text, right, edge + (up ? 4 : -4 - 14 * below) * dot, axes.style("--quiet"), dot);
        if (!up) ++below;
      }
    });
  }

  function drawStripNames(u, bounds, s) {
    marks.painted(u, (ctx, box) => {
      const dot = s * devicePixelRatio;
      ctx.font = axes.font(10.5 * dot);
      ctx.textAlign = "right";
      ctx.textBaseline = "middle";
      ctx.fillStyle = axes.style("--quiet");
      for (const { name, y } of strips(bounds, u.unit)) ctx.fillText(name, box.left - 5 * dot, u.valToPos(y, "y", true));
    });
  }

  // Whole powers of two, not more of them than fit.
  function splits(bounds, pixels, s) {
    const every = [1, 2, 4, 8, 16, 32, 64].find((n) => (bounds.high - bounds.low) / n * 18 * s <= pixels) || 128;
    const out = [];
    const edge = 8 * s * (bounds.high - bounds.low) / pixels;  // there stand the names of the strips
    for (let e = Math.ceil((bounds.low + edge) / every) * every; e <= bounds.high - edge; e += every) out.push(e);
    return out;
  }

  const height = (width, s) => Math.round(Math.min(360 * s, Math.max(240 * s, width * 0.6)));

  function build(map, bounds, drawing, width, s, events) {
    exponents.unpack(map);
    const options = axes.options(width, height(width, s), s);
    const inner = height(width, s) - options.padding[0] - 46 * s;  // without the axis of steps
    const rows = inner - (3 * (strip + gap) + gap) * s;
    const unit = (bounds.high - bounds.low) / rows * s;
    const range = [bounds.low - (strip + 2 * gap) * unit, bounds.high + (2 * strip + 3 * gap) * unit];
    const common = axes.common(s);
    const plot = new uPlot({
      ...options,
      scales: { x: axes.stepScale(), y: { range: () => range } },
      axes: [
        { ...axes.stepAxis(s, true), grid: { show: false } },
        {
          ...common, grid: { show: false }, size: 44 * s, splits: () => splits(bounds, rows, s),
          values: (u, values) => values.map((e) => words.power(2, e)),
        },
      ],
      series: [{}, { paths: () => null, points: { show: false } }],
      hooks: {
        ...options.hooks,
        init: [(u) => { u.unit = unit; }],
        drawClear: [(u) => drawCells(u, map, bounds, s)],
        draw: [(u) => {
          marks.events(u, events(), s);
          drawLimits(u, map, bounds, s);
          drawStripNames(u, bounds, s);
        }],
      },
    }, [map.steps.map(view.position), map.steps.map(() => null)], drawing);
    return { plot, lines: (step, top) => exponents.lines(map, bounds, step, Math.floor(plot.posToVal(top, "y"))), show: () => plot.redraw() };
  }

  // Without axes, for the overview of all tensors.
  function drawSmall(canvas, map) {
    exponents.unpack(map);
    const dot = devicePixelRatio, ctx = canvas.getContext("2d");
    canvas.width = canvas.clientWidth * dot;
    canvas.height = canvas.clientHeight * dot;
    const bounds = exponents.frame([map]), end = exponents.columnEnd(map, map.columns - 1);
    const x = (step) => Math.round(step / end * canvas.width);
    const line = Math.round(4 * dot), room = canvas.height - 3 * line;
    const y = (value) => Math.round(2 * line + (bounds.high - value) / (bounds.high - bounds.low) * room);
    const colours = ramp.values(), alarm = ramp.alarm();
    ctx.fillStyle = axes.style("--raised");
    ctx.fillRect(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < map.columns; ++i) {
      const left = x(map.steps[i]), wide = Math.max(1, x(exponents.columnEnd(map, i)) - left);
      const fill = (colour, top, bottom) => {
        if (!colour) return;
        ctx.fillStyle = colour;
        ctx.fillRect(left, top, wide, bottom - top);
      };
      for (let row = 0; row < map.rows; ++row) fill(colours[map.levels[row * map.columns + i]], y(map.low + row + 1), y(map.low + row));
      fill(alarm[map.strips[2][i]], 0, line);
      fill(alarm[map.strips[1][i]], line, 2 * line);
      fill(colours[map.strips[0][i]], canvas.height - line, canvas.height);
    }
    ctx.strokeStyle = axes.style("--limit");
    ctx.lineWidth = dot;
    ctx.setLineDash([4 * dot, 3 * dot]);
    for (const { at } of exponents.limits(map)) {
      if (at < bounds.low || at > bounds.high) continue;
      ctx.beginPath();
      ctx.moveTo(0, y(at) + 0.5);
      ctx.lineTo(canvas.width, y(at) + 0.5);
      ctx.stroke();
    }
  }

  return { build, height, drawSmall };
})();
