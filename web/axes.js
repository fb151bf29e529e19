// Colours, type and axes of the plots.
"use strict";

const axes = (() => {
  // Okabe and Ito's colours are in the style sheet, with a lighter set for dark pages. Without colour a
  // run is told by its dashes and its marker; the ninth run has the first one's colour again, but neither
  // its dashes nor its marker.
  const dashes = [[], [12, 4], [3, 3], [12, 4, 3, 4], [6, 3], [16, 4, 3, 4, 3, 4], [2, 6], [9, 9]];
  const variation = (variant) => (variant + (variant >> 3)) % 8;

  let colours = new Map();
  function style(name) {
    if (!colours.has(name)) colours.set(name, getComputedStyle(document.documentElement).getPropertyValue(name).trim());
    return colours.get(name);
  }
  const forget = () => { colours = new Map(); };  // after another theme
  const colour = (variant) => style("--c" + (variant % 8));
  const dash = (variant, scale = 1) => dashes[variation(variant)].map((length) => length * scale);

  // How large the page's type is against the usual one. Print draws everything twice as large and shows
  // it at half the size, so that paper is sharper than a screen.
  const scale = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16 *
    (document.documentElement.dataset.printing === undefined ? 1 : 2);
  const font = (size, weight = 400) => `${weight} ${Math.round(size)}px system-ui, sans-serif`;

  // The powers a label has room for: every, every second, ...
  function labelled(u, splits, base, s) {
    const power = (v) => Math.log(v) / Math.log(base);
    const room = Math.max(1, u.bbox.height / devicePixelRatio / (15 * s));
    const every = Math.ceil((power(splits.at(-1)) - power(splits[0])) / room);
    return (v) => every < 2 || Math.abs(power(v) / every - Math.round(power(v) / every)) < 1e-9;
  }

  function valueLabels(log, base, s) {
    if (!log) return (u, splits) => splits.map((v) => (v === null ? null : words.number(v)));
    return (u, splits) => splits.map((v) => {
      if (v === null || !labelled(u, splits.filter((other) => other !== null), base, s)(v)) return null;
      if (base === 2) return words.power(2, Math.round(Math.log2(v)));
      const power = Math.log10(v);
      const whole = Math.abs(power - Math.round(power)) < 1e-9;
      return whole && (v < 1e-2 || v > 1e3) ? words.power(10, Math.round(power)) : words.number(v);
    });
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

  // The marks of a logarithmic axis; uPlot's own are an error below 1e-20 or so. Between few powers of ten also their
  // multiples.
  function logMarks(base) {
    return (u, axis, low, high) => {
      const first = Math.floor(Math.log(low) / Math.log(base) + 1e-9), last = Math.ceil(Math.log(high) / Math.log(base) - 1e-9);
      const marks = [];
      for (let power = first; power <= last; ++power)
        for (let times = 1; times < (base === 10 && last - first <= 6 ? 10 : 2); ++times) {
          const mark = base === 10 ? Number(`${times}e${power}`) : base ** power;
          if (mark >= low * (1 - 1e-9) && mark <= high * (1 + 1e-9)) marks.push(mark);
        }
      return marks.length > 0 ? marks : [low, high];
    };
  }

  // `extent` says what there is to see: [lowest, highest] or null.
  function valueScale(log, base, extent) {
    if (!log) {
      return { distr: 1, range: () => {
        const seen = extent();
        return seen ? uPlot.rangeNum(seen[0], seen[1], 0.1, true) : [0, 1];
      } };
    }
    return { distr: 3, log: base, range: () => {
      const seen = extent();
      if (!seen) return [1, base * base];
      if (base === 2) return [seen[0] / 2, seen[1] * 2];
      if (seen[0] > 1e-15) return uPlot.rangeLog(seen[0], seen[1], base, false);
      return [10 ** Math.floor(Math.log10(seen[0])), 10 ** Math.ceil(Math.log10(seen[1]))];
    } };
  }

  const stepScale = () => ({ time: false, distr: view.state.logSteps ? 3 : 1, log: 10, range: (u, low, high) => [low, high] });

  function common(s) {
    return {
      stroke: style("--quiet"), font: font(11 * s), gap: Math.round(5 * s), ticks: { show: false },
      grid: { stroke: style("--grid"), width: s },
    };
  }

  function stepAxis(s, labelled) {
    const axis = common(s);
    return {
      ...axis, size: Math.round(28 * s), space: Math.round(56 * s),
      grid: { ...axis.grid, filter: wholePowers(view.state.logSteps, 10) },
      values: (u, splits) => splits.map((v) => (v === null || v !== Math.round(v) ? null : v.toLocaleString("en"))),
      ...(labelled ? { label: view.state.logSteps ? "step + 1" : "step", labelSize: Math.round(18 * s), labelFont: axis.font } : {}),
    };
  }

  function valueAxis(s, log, base) {
    const axis = common(s);
    return {
      ...axis, space: Math.round(30 * s), ...(log ? { splits: logMarks(base) } : {}),
      size: (u, values) => Math.max(52 * s, 14 * s + 6.5 * s * Math.max(0, ...(values || []).map((v) => (v || "").length))),
      values: valueLabels(log, base, s), grid: { ...axis.grid, filter: wholePowers(log, base) },
    };
  }

  // What every plot has: no legend, a cursor and a drag that are linked through the view.
  function options(width, height, s) {
    return {
      width, height, legend: { show: false },
      padding: [(view.data.events.length ? 26 : 10) * s, 14 * s, 0, 0],
      cursor: {
        drag: { x: true, y: false, dist: 6, setScale: false }, points: { show: false }, y: false,
        bind: { dblclick: () => () => { view.reset(); return null; } },
      },
      hooks: {
        setSelect: [(u) => {
          if (u.select.width <= 0) return;
          const from = u.posToVal(u.select.left, "x"), to = u.posToVal(u.select.left + u.select.width, "x");
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          view.zoom(view.stepAt(from), view.stepAt(to));
        }],
      },
    };
  }

  return { colour, dash, variation, style, forget, scale, font, valueScale, stepScale, stepAxis, valueAxis, common, options };
})();
