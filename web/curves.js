// One panel of curves over the steps, drawn with uPlot.
"use strict";

const curves = (() => {
  const base = (panel) => panel.base || 10;

  // Smallest and largest of what is seen: the points within the range and the ones next to it, which the
  // lines lead to.
  function extent(panel, log) {
    const { min, max } = view.range();
    let low = Infinity, high = -Infinity;
    for (const curve of panel.curves) {
      if (!view.isShown(curve)) continue;
      const points = packed.points(curve);
      const end = Math.min(points.x.length, marks.indexAt(points, max) + 2);
      for (let i = Math.max(0, marks.indexAt(points, min)); i < end; ++i) {
        const y = points.y[i];
        if (!marks.drawable(y, log)) continue;
        if (y < low) low = y;
        if (y > high) high = y;
      }
    }
    return low <= high ? [low, high] : null;
  }

  function series(panel, s) {
    return panel.curves.map((curve) => {
      const first = curve.s === view.data.seeds[0];
      return {
        label: words.run(curve), show: view.isShown(curve), stroke: axes.colour(curve.v),
        dash: curve.reference ? [1.5 * s, 3 * s] : axes.dash(curve.v, s),
        width: s * (curve.reference ? 1.25 : first ? 1.75 : 1), alpha: first && !curve.reference ? 1 : 0.65,
        points: { show: packed.points(curve).x.length === 1, size: 6 * s },
        paths: panel.steps ? uPlot.paths.stepped({ align: 1 }) : undefined,
      };
    });
  }

  // The shown curves at a step, the nearest to the pointer where there are many.
  function lines(u, panel, step, top) {
    let rows = panel.curves.filter(view.isShown).map((curve) => {
      const points = packed.points(curve), i = marks.indexAt(points, step);
      const value = i < 0 ? undefined : points.y[i];
      const away = Number.isFinite(value) ? Math.abs(u.valToPos(value, "y") - top) : Infinity;
      return { variant: curve.v, name: words.run(curve) + (curve.reference ? " without rounding" : ""), value, away };
    }).filter((row) => row.value !== undefined);
    const all = rows.length;
    if (all === 0) return null;
    if (all > 8) {
      const near = new Set([...rows].sort((a, b) => a.away - b.away).slice(0, 8));
      rows = rows.filter((row) => near.has(row));
    }
    return {
      title: "step " + words.step(step), more: all > rows.length ? `and ${all - rows.length} more` : "",
      rows: rows.map((row) => ({ ...row, text: words.number(row.value) })),
    };
  }

  function nothing(u, s) {
    marks.painted(u, (ctx, box) => {
      ctx.font = axes.font(13 * s * devicePixelRatio);
      ctx.textAlign = "center";
      ctx.fillStyle = axes.style("--quiet");
      ctx.fillText("no finite value here", box.left + box.width / 2, box.top + box.height / 2);
    });
  }

  function height(panel, width, s) {
    return Math.round(panel.large ? Math.min(380 * s, Math.max(240 * s, width * 0.42)) : Math.min(230 * s, Math.max(170 * s, width * 0.45)));
  }

  function build(panel, index, drawing, width, s) {
    const log = view.state.logValues[index];
    const joined = uPlot.join(panel.curves.map((curve) => {
      const points = packed.points(curve);
      return [points.x.map(view.position), points.y.map((y) => (marks.drawable(y, log) ? y : null))];
    }), panel.curves.map(() => [0, 1]));  // null stays a gap; steps a curve lacks are bridged
    const options = axes.options(width, height(panel, width, s), s);
    const plot = new uPlot({
      ...options,
      scales: { x: axes.stepScale(), y: axes.valueScale(log, base(panel), () => extent(panel, log)) },
      axes: [axes.stepAxis(s, panel.large), axes.valueAxis(s, log, base(panel))],
      series: [{}, ...series(panel, s)],
      hooks: {
        ...options.hooks,
        drawAxes: [(u) => { marks.events(u, view.shownEvents(), s); marks.guide(u, panel, s); }],
        draw: [(u) => {
          marks.markers(u, panel, log, s);
          marks.skips(u, panel, log, s);
          marks.rings(u, panel, log, s);
          if (!extent(panel, log)) nothing(u, s);
        }],
      },
    }, joined, drawing);
    return { plot, lines: (step, top) => lines(plot, panel, step, top), show: () => plot.batch(() => {
      panel.curves.forEach((curve, i) => plot.setSeries(i + 1, { show: view.isShown(curve) }));
    }) };
  }

  return { build, height };
})();
