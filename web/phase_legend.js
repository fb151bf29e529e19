// What the colours of a sweep's diagrams mean, and the lines over them.
"use strict";

const phaseLegend = (() => {
  function swatch(paint, width = 18, height = 15) {
    const dot = devicePixelRatio * phaseAxes.scale(), canvas = words.element("canvas", { "aria-hidden": "true", width: Math.round(width * dot), height: Math.round(height * dot) });
    canvas.style.width = width / 16 + "rem";
    canvas.style.height = height / 16 + "rem";
    paint(canvas.getContext("2d"), canvas.width, canvas.height, dot);
    return canvas;
  }

  const item = (picture, ...text) => words.element("span", {}, picture, ...text);

  function ofVerdicts(data) {
    const looks = verdicts.all(data), all = data.verdicts.reduce((sum, one) => sum + one.count, 0);
    return data.verdicts.map(({ name, doc, count }, i) => {
      const made = item(swatch((ctx, w, h, dot) => verdicts.fill(ctx, looks[i], 0, 0, w, h, dot)), words.name(name), " ",
        words.element("small", {}, `${count.toLocaleString("en")} (${words.percent(count / all)})`));
      made.title = doc;
      return made;
    });
  }

  // The ramp from the smallest to the largest number, and what is no number but occurs.
  function ofNumbers(data, quantity) {
    const kinds = new Set();
    for (const variant of data.variants) for (const value of sweep.values(variant, quantity.m)) kinds.add(quantities.kind(quantity, value));
    const bar = swatch((ctx, w, h) => {
      const colours = ramp.values();
      for (let level = 1; level <= 51; ++level) {
        ctx.fillStyle = colours[level];
        ctx.fillRect(Math.floor((level - 1) / 51 * w), 0, Math.ceil(w / 51) + 1, h);
      }
    }, 160, 12);
    const made = [words.element("span", {}, quantities.text(quantity, quantity.low), bar, quantities.text(quantity, quantity.high),
      words.element("small", {}, quantity.scale === "linear" ? "" : " logarithmic"))];
    const names = { none: "none", NaN: "NaN", infinite: "infinite", absent: "has none" };
    for (const [kind, name] of Object.entries(names))
      if (kinds.has(kind)) made.push(item(outlined(kind), name));
    return made;
  }

  function lineItem(dash, colour, text) {
    return item(swatch((ctx, w, h, dot) => {
      ctx.strokeStyle = colour;
      ctx.lineWidth = 2 * dot;
      ctx.setLineDash(dash.map((length) => length * dot));
      ctx.beginPath();
      ctx.moveTo(0, h / 2);
      ctx.lineTo(w, h / 2);
      ctx.stroke();
    }, 28), words.name(text));
  }

  // A line of the same meaning once.
  function ofCurves(curves, own = "") {
    const boundary = [...new Set(curves.map(boundaries.holding))].map((text) => lineItem([], axes.style("--ink"), text));
    const theory = [...new Set(curves.filter((curve) => curve.theory && curve.searches.some((one) => one.theory !== undefined)).map((curve) => curve.theory).concat(own || []))];
    return [...boundary, ...theory.map((text) => lineItem([6, 4], axes.style("--ink"), "theory: " + text))];
  }

  function isMissing(data) {
    return data.variants.some((variant) => variant.verdicts.includes("-"));
  }

  function outlined(kind) {
    return swatch((ctx, w, h, dot) => {
      verdicts.special(ctx, kind, 0, 0, w, h, dot);
      ctx.strokeStyle = axes.style("--quiet");
      ctx.strokeRect(0.5, 0.5, w - 1, h - 1);
    });
  }

  function fill(holder, { data, quantity, curves, theory, flat }) {
    const seeds = data.seeds.length, lines = flat && quantity.m >= 0;
    const colours = quantity.m < 0 || lines ? ofVerdicts(data) : ofNumbers(data, quantity);
    if (!lines && isMissing(data)) colours.push(item(outlined("missing"), "no run"));
    if (lines)
      for (const variant of data.variants) colours.push(item(words.element("i", { class: "swatch", "data-variant": variant.v }), words.name(variant.name)));
    if (seeds > 1) colours.push(words.element("span", { class: "hint" }, lines ? "lines: median of the seeds; bands: all of them; above: no finite number" : quantity.m < 0 ? "◢ seeds disagree" : "medians of the seeds; ◢ verdicts disagree"));
    holder.replaceChildren(...colours, ...ofCurves(curves, theory));
    holder.hidden = false;
    page.fillSwatches(holder);
  }

  return { fill, ofCurves };
})();
