// Boundaries whose searched key is no axis of the diagrams: a plot of each against the first other axis.
"use strict";

const boundaryPlots = (() => {
  let drawn = [];

  function groups(data, state) {
    const shown = data.axes.length < 2 ? [0] : [state.across, state.up], found = new Map();
    for (const curve of data.boundaries) {
      if (curve.axis >= 0 && shown.includes(curve.axis)) continue;
      if (!found.has(curve.name)) found.set(curve.name, []);
      found.get(curve.name).push(curve);
    }
    return [...found.values()];
  }

  function figure(data, state, curves) {
    const along = [...data.axes.keys()].find((a) => curves[0].axis !== a && curves.some((curve) => new Set(curve.searches.map((one) => one.at[a])).size > 1));
    if (along === undefined) return null;
    const x = phaseAxes.ofKey(data.axes[along].keys[0]);
    const lines = curves.map((curve) => ({ curve, v: data.variants.find((one) => one.name === curve.run)?.v ?? 0, found: boundaries.points(curve, along, state.at) }))
      .filter(({ found }) => found.length > 0);
    if (lines.length === 0) return null;
    const title = boundaries.holding(curves[0]);
    const canvas = words.element("canvas", { role: "img", "aria-label": `The ${title}, over ${data.axes[along].name}; the numbers are in the table of boundaries` });
    const drawing = words.element("div", { class: "phase-map" }, canvas);
    const key = words.element("p", { class: "phase-legend" }, ...lines.map(({ v, curve }) => words.element("span", {}, words.element("i", { class: "swatch", "data-variant": v }), words.name(curve.run))));
    if (curves.some((curve) => curve.searches.some((one) => one.theory !== undefined))) key.append(...phaseLegend.ofCurves(curves).slice(1));
    const others = [...data.axes.keys()].filter((a) => a !== along && a !== curves[0].axis && data.axes[a].size > 1);
    if (others.length > 0) key.append(words.element("span", { class: "hint" }, "at " + sweep.pointText(state.at, null, others)));
    drawn.push({ drawing, canvas, x, lines });
    return words.element("figure", {}, words.element("figcaption", {}, words.element("h4", {}, title[0].toUpperCase() + title.slice(1))), key, drawing);
  }

  function redraw() {
    for (const { drawing, canvas, x, lines } of drawn)
      if (drawing.clientWidth > 60) phaseLines.buildBoundary(canvas, drawing.clientWidth, phaseAxes.scale(), x, lines);
  }

  function draw(holder, data, state) {
    drawn = [];
    holder.replaceChildren(...groups(data, state).map((curves) => figure(data, state, curves)).filter(Boolean));
    page.fillSwatches(holder);
    redraw();
  }

  return { draw, redraw };
})();
