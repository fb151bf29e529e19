// Draws the panels of a report with uPlot: curves of all runs over the steps, linked in zoom and
// cursor. Reads the JSON in #data; knows nothing of where it came from. page.js owns the controls.
"use strict";

const charts = (() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  // Okabe and Ito's colours, told apart without colour by their dashes; the style sheet has a
  // lighter set for dark pages.
  const dashes = [[], [12, 4], [3, 3], [12, 4, 3, 4], [6, 3], [16, 4, 3, 4, 3, 4], [2, 6], [9, 9]];
  const state = {
    logSteps: false,
    shownVariants: new Set(data.variants.keys()),
    shownSeeds: new Set(data.seeds),
    logValues: data.panels.map((panel) => !!panel.log),
  };
  let plots = [];

  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const colour = (variant) => style("--c" + (variant % 8));
  // The ninth run has the first one's colour again, but not its dashes.
  const dash = (variant) => dashes[(variant + (variant >> 3)) % dashes.length];
  const shown = (curve) => state.shownVariants.has(curve.v) && state.shownSeeds.has(curve.s);
  // A logarithmic axis has no place for step 0, so it counts steps from 1.
  const position = (step) => (state.logSteps ? step + 1 : step);
  const label = (curve) => data.variants[curve.v] + (data.seeds.length > 1 ? " · " + curve.s : "");

  // 0.000123 as 1.23e-4, but 12.5 as it is.
  function numberText(value) {
    if (value === null || value === undefined) return "not finite";
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(3);
    return String(Number(value.toPrecision(5)));
  }

  function superscript(exponent) {
    return String(exponent).replace("-", "⁻").replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);
  }

  // Index of the last recorded point at or before a step; -1 before the first.
  function indexAt(curve, step) {
    let low = 0, high = curve.x.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (curve.x[middle] <= step) low = middle + 1; else high = middle;
    }
    return low - 1;
  }

  function heightNear(curve, step, log) {
    for (let i = indexAt(curve, step); i >= 0; --i)
      if (curve.y[i] !== null && (!log || curve.y[i] > 0)) return curve.y[i];
    return null;
  }

  // Where a run stopped being finite: a ring on its last finite value, and the word beside it
  // where there is room.
  function drawMarks(u, panel, log) {
    const { ctx } = u, dot = devicePixelRatio, r = 4.5 * dot;
    const { left, top, width } = u.bbox;
    const rings = panel.curves.filter((curve) => curve.mark && shown(curve)).map((curve) => {
      const value = heightNear(curve, curve.mark.x - 1, log);
      return {
        x: u.valToPos(position(curve.mark.x), "x", true),
        y: value === null ? top + 3 * r : u.valToPos(value, "y", true),
        colour: colour(curve.v), what: curve.mark.what,
      };
    }).filter((ring) => ring.x >= left && ring.x <= left + width);
    ctx.save();
    ctx.setLineDash([]);
    ctx.lineJoin = "round";
    ctx.font = `600 ${11 * dot}px system-ui, sans-serif`;
    ctx.textBaseline = "middle";
    const paper = style("--paper");
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
      if (covered || ring.x + room > left + width) continue;
      ctx.strokeStyle = paper;  // a rim, so that curves behind do not swallow the word
      ctx.lineWidth = 4 * dot;
      ctx.fillStyle = ring.colour;
      ctx.strokeText(ring.what, ring.x + 2 * r, ring.y);
      ctx.fillText(ring.what, ring.x + 2 * r, ring.y);
    }
    ctx.restore();
  }

  function drawSkips(u, panel, log) {
    const { ctx } = u, r = 3 * devicePixelRatio;
    ctx.save();
    ctx.setLineDash([]);
    ctx.lineWidth = 1.25 * devicePixelRatio;
    for (const skip of panel.skips || []) {
      if (!shown(skip)) continue;
      const curve = panel.curves.find((other) => other.v === skip.v && other.s === skip.s);
      if (!curve) continue;
      ctx.strokeStyle = colour(skip.v);
      ctx.beginPath();
      let last = null;
      for (const step of skip.x) {
        const value = heightNear(curve, step, log);
        const x = u.valToPos(position(step), "x", true);
        if (value === null || x < u.bbox.left || x > u.bbox.left + u.bbox.width) continue;
        const y = u.valToPos(value, "y", true);
        // Crosses that would lie on each other become one.
        if (last && Math.abs(last.x - x) < 2.2 * r && Math.abs(last.y - y) < 2.2 * r) continue;
        last = { x, y };
        ctx.moveTo(x - r, y - r); ctx.lineTo(x + r, y + r);
        ctx.moveTo(x - r, y + r); ctx.lineTo(x + r, y - r);
      }
      ctx.stroke();
    }
    ctx.restore();
  }

  // What the curves are at the cursor, beside it; only in the plot the pointer is over.
  function readout(panel) {
    const box = document.createElement("div");
    box.className = "readout";
    box.hidden = true;
    const hide = () => { box.hidden = true; };
    function show(u) {
      const { left, top, idx } = u.cursor;
      if (idx === null || idx === undefined || left < 0 || !u.over.matches(":hover")) return hide();
      const step = Math.round(u.posToVal(left, "x")) - (state.logSteps ? 1 : 0);
      let rows = panel.curves.filter(shown).map((curve) => {
        const i = indexAt(curve, step);
        const value = i < 0 ? undefined : curve.y[i];
        const away = typeof value === "number" ? Math.abs(u.valToPos(value, "y") - top) : Infinity;
        return { curve, value, away };
      }).filter((row) => row.value !== undefined);
      const all = rows.length;
      if (all > 8) {
        const near = new Set([...rows].sort((a, b) => a.away - b.away).slice(0, 8));
        rows = rows.filter((row) => near.has(row));
      }
      box.replaceChildren(element("b", "step " + step.toLocaleString("en")));
      for (const row of rows) {
        const line = element("div");
        const swatch = element("i");
        swatch.style.background = colour(row.curve.v);
        line.append(swatch, element("span", label(row.curve)), element("span", numberText(row.value)));
        box.append(line);
      }
      if (all > rows.length) box.append(element("small", `and ${all - rows.length} more`));
      box.hidden = false;
      const right = left + 24 + box.offsetWidth < u.over.clientWidth;
      box.style.left = (right ? left + 14 : Math.max(0, left - 14 - box.offsetWidth)) + "px";
      box.style.top = Math.max(0, Math.min(top - 12, u.over.clientHeight - box.offsetHeight)) + "px";
    }
    return { hooks: { init: [(u) => { u.over.append(box); u.over.addEventListener("mouseleave", hide); }], setCursor: [show] } };
  }

  function element(name, text) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function valueAxis(panel, log) {
    if (log && panel.base === 2)
      return (u, splits) => splits.map((v) => (v === null ? null : "2" + superscript(Math.round(Math.log2(v)))));
    if (log)
      return (u, splits) => splits.map((v) => {
        if (v === null) return null;
        const power = Math.log10(v);
        return Math.abs(power - Math.round(power)) < 1e-9 && (v < 1e-2 || v > 1e3) ? "10" + superscript(Math.round(power)) : numberText(v);
      });
    return (u, splits) => splits.map((v) => (v === null ? null : numberText(v)));
  }

  // Lines at whole powers only, and not at too many of them: the others are noise.
  function wholePowers(log, base) {
    if (!log) return (u, splits) => splits;
    const power = (v) => Math.log(v) / Math.log(base);
    return (u, splits) => {
      const every = Math.ceil((power(splits.at(-1)) - power(splits[0])) / 20);
      return splits.map((v) => (Math.abs(power(v) / every - Math.round(power(v) / every)) < 1e-9 ? v : null));
    };
  }

  function valueScale(panel, log) {
    if (!log) return { distr: 1 };
    const base = panel.base || 10;
    return {
      distr: 3, log: base,
      range: (u, low, high) => {
        if (low === null || high === null) return [1, base * base];
        return base === 2 ? [low / 2, high * 2] : uPlot.rangeLog(low, high, base, false);
      },
    };
  }

  function build(panel, index, holder, width) {
    const log = state.logValues[index];
    const large = holder.closest("figure").classList.contains("large");
    const joined = uPlot.join(panel.curves.map((curve) =>
      [curve.x.map(position), curve.y.map((y) => (y === null || (log && y <= 0) ? null : y))]),
      panel.curves.map(() => [0, 1]));  // null stays a gap; steps a curve lacks are bridged
    const axis = { stroke: style("--quiet"), font: "11px system-ui, sans-serif", ticks: { show: false }, grid: { stroke: style("--grid"), width: 1 } };
    const options = {
      width, height: Math.round(large ? Math.min(360, Math.max(240, width * 0.42)) : Math.min(220, Math.max(170, width * 0.45))),
      legend: { show: false },
      cursor: {
        drag: { x: true, y: false, dist: 6 },
        points: { show: false },
        y: false,
        // The y scale of a neighbour means nothing here.
        sync: { key: "steps", scales: ["x", null], setSeries: false },
      },
      scales: {
        x: { time: false, distr: state.logSteps ? 3 : 1, log: 10, range: (u, low, high) => [low, high] },
        y: valueScale(panel, log),
      },
      axes: [
        {
          ...axis, size: 28, grid: { ...axis.grid, filter: wholePowers(state.logSteps, 10) },
          values: (u, splits) => splits.map((v) => (v === null ? null : v.toLocaleString("en"))),
          ...(large ? { label: state.logSteps ? "step + 1" : "step", labelSize: 18, labelFont: axis.font } : {}),
        },
        { ...axis, size: (u, values) => Math.max(52, 14 + 6.5 * Math.max(0, ...(values || []).map((v) => (v || "").length))), values: valueAxis(panel, log), grid: { ...axis.grid, filter: wholePowers(log, panel.base || 10) } },
      ],
      series: [{}, ...panel.curves.map((curve) => {
        const first = curve.s === data.seeds[0];
        return {
          label: label(curve), show: shown(curve), stroke: colour(curve.v), dash: dash(curve.v),
          width: first ? 1.75 : 1, alpha: first ? 1 : 0.65, points: { show: curve.x.length === 1 },
          paths: panel.steps ? uPlot.paths.stepped({ align: 1 }) : undefined,
        };
      })],
      hooks: { draw: [(u) => { drawSkips(u, panel, log); drawMarks(u, panel, log); }] },
      plugins: [readout(panel)],
      padding: [10, 14, 0, 0],
    };
    return new uPlot(options, joined, holder);
  }

  const range = () => [position(0), position(data.lastStep)];

  function draw(fixedWidth) {
    const zoom = plots.length ? { min: plots[0].scales.x.min, max: plots[0].scales.x.max } : null;
    const shift = plots.length && (plots[0].scales.x.distr === 3) !== state.logSteps ? (state.logSteps ? 1 : -1) : 0;
    for (const plot of plots) plot.destroy();
    plots = data.panels.map((panel, index) => {
      const holder = document.getElementById("plot-" + index);
      return build(panel, index, holder, fixedWidth || holder.clientWidth);
    });
    if (zoom && zoom.min !== null) setRange(zoom.min + shift, zoom.max + shift); else reset();
  }

  function setRange(min, max) {
    for (const plot of plots) plot.setScale("x", { min, max });
  }
  function reset() { setRange(...range()); }

  function show() {
    plots.forEach((plot, index) => plot.batch(() => {
      data.panels[index].curves.forEach((curve, i) => plot.setSeries(i + 1, { show: shown(curve) }));
    }));
  }

  function resize() {
    plots.forEach((plot) => {
      const width = plot.root.parentElement.clientWidth;
      if (width !== plot.width) plot.setSize({ width, height: plot.height });
    });
  }

  return { data, state, draw, show, reset, resize, dash };
})();
