// The axes of a diagram of a sweep, on a canvas: where the values of a key lie, and what stands beside them.
"use strict";

const phaseAxes = (() => {
  const powerOf = { log: (t) => 10 ** t, log2: (t) => 2 ** t, linear: (t) => t };
  const project = { log: Math.log10, log2: Math.log2, linear: (x) => x };

  // Of a swept key: `t` of each value, `order` of the indices along the axis, `edges` between the cells.
  function ofKey(key) {
    const n = key.texts.length;
    const apart = new Set(key.positions).size === n && (key.scale !== "log" || key.positions.every((p) => p > 0));
    const kind = apart ? key.scale : "named";
    const t = kind === "named" ? key.texts.map((_, i) => i) : key.positions.map(project[kind]);
    const order = [...t.keys()].sort((a, b) => t[a] - t[b]);
    const sorted = order.map((i) => t[i]), edges = [];
    for (let i = 0; i + 1 < n; ++i) edges.push((sorted[i] + sorted[i + 1]) / 2);
    const first = n > 1 ? edges[0] - sorted[0] : 0.5, last = n > 1 ? sorted[n - 1] - edges[n - 2] : 0.5;
    edges.unshift(sorted[0] - first);
    edges.push(sorted[n - 1] + last);
    return { kind, label: key.key, t, order, edges, low: edges[0], high: edges[n], texts: key.texts, toT: kind === "named" ? null : project[kind] };
  }

  // Of numbers from `low` to `high`, with some room around them.
  function ofNumbers(kind, low, high, label) {
    let [a, b] = [project[kind](low), project[kind](high)];
    const room = b > a ? 0.06 * (b - a) : kind === "linear" ? Math.abs(a) * 0.1 || 1 : 0.5;
    return { kind, label, low: a - room, high: b + room, toT: project[kind] };
  }

  function numberText(kind, value) {
    const exponent = Math.round(Math.log10(value));
    if (kind === "log2") return words.power(2, Math.round(Math.log2(value)));
    if (kind === "log" && Math.abs(Math.log10(value) - exponent) < 1e-9 && (exponent < -2 || exponent > 3)) return words.power(10, exponent);
    return kind === "linear" && Number.isInteger(value) ? value.toLocaleString("en") : words.number(value);
  }

  // Denser and denser lists of ticks; the densest that fits is taken.
  function* candidates(scale) {
    if (scale.texts && (scale.kind === "named" || (scale.texts.length <= 12 && scale.texts.every((text) => text.length <= 6)) || scale.texts.some((text) => Number.isNaN(Number(text))))) {
      for (const every of [1, 2, 3, 4, 5, 8, 10, 20, 50])
        yield scale.order.filter((_, i) => i % every === 0).map((i) => ({ t: scale.t[i], text: scale.texts[i] }));
      return;
    }
    const at = (values) => values.map((value) => ({ t: scale.toT(value), text: numberText(scale.kind, value) }))
      .filter(({ t }) => t >= scale.low && t <= scale.high);
    const range = scale.high - scale.low;
    if (scale.kind === "linear" || (scale.kind === "log" && range < 0.7)) {
      const [from, to] = [powerOf[scale.kind](scale.low), powerOf[scale.kind](scale.high)];
      for (let step = 10 ** Math.floor(Math.log10((to - from) / 30)), i = 0; i < 9; step *= [2, 2.5, 2][i++ % 3]) {
        const values = [];
        for (let k = Math.ceil(from / step); k * step <= to; ++k) values.push(Number((k * step).toPrecision(12)));
        yield at(values);
      }
      return;
    }
    const first = Math.floor(scale.low), last = Math.ceil(scale.high);
    const decades = (every, factors) => at(Array.from({ length: last - first + 1 }, (_, i) => first + i).filter((e) => e % every === 0)
      .flatMap((e) => factors.map((f) => Number((f * powerOf[scale.kind](e)).toPrecision(12)))));
    if (scale.kind === "log" && range < 2.5) yield decades(1, [1, 2, 5]);
    for (const every of [1, 2, 4, 8, 16, 32, 64, 128]) yield decades(every, [1]);
  }

  function ticks(scale, pixels, sizeOf) {
    const perUnit = pixels / (scale.high - scale.low);
    let best = [];
    for (const list of candidates(scale)) {
      best = list;
      const fits = list.every((tick, i) => i === 0 || (tick.t - list[i - 1].t) * perUnit >= (sizeOf(tick.text) + sizeOf(list[i - 1].text)) / 2);
      if (fits) return list;
    }
    return best.slice(0, 1);
  }

  const short = (text) => (text.length > 14 ? text.slice(0, 13) + "…" : text);

  // A canvas of `width` CSS pixels with a frame in it: {ctx, dot, box, x(t), y(t), width, height}. `s` is the size of
  // the type against the usual one.
  function make(canvas, width, height, s, x, y) {
    const dot = devicePixelRatio * (document.documentElement.dataset.printing === undefined ? 1 : 2);
    canvas.width = Math.round(width * dot);
    canvas.height = Math.round(height * dot);
    canvas.style.aspectRatio = `${width} / ${height}`;
    const ctx = canvas.getContext("2d");
    const u = dot * s;
    ctx.font = axes.font(11 * u);
    const top = 8 * u, bottom = canvas.height - 36 * u;
    const up = ticks(y, bottom - top, () => 15 * u).filter(({ t }) => t <= (y.limit ?? y.high));
    const left = Math.ceil(Math.max(18 * u, ...up.map(({ text }) => ctx.measureText(short(text)).width)) + 27 * u);
    const box = { left, top, width: canvas.width - left - 10 * u, height: bottom - top };
    const frame = {
      ctx, dot, u, box, width, height,
      x: (t) => box.left + (t - x.low) / (x.high - x.low) * box.width,
      y: (t) => box.top + (y.high - t) / (y.high - y.low) * box.height,
    };
    frame.across = ticks(x, box.width, (text) => ctx.measureText(short(text)).width + 12 * u);
    frame.up = up;
    frame.labels = [x.label, y.label];
    return frame;
  }

  function grid({ ctx, u, box, x, y, across, up }) {
    ctx.strokeStyle = axes.style("--grid");
    ctx.lineWidth = u;
    ctx.beginPath();
    for (const { t } of across) { const at = Math.round(x(t)) + 0.5; ctx.moveTo(at, box.top); ctx.lineTo(at, box.top + box.height); }
    for (const { t } of up) { const at = Math.round(y(t)) + 0.5; ctx.moveTo(box.left, at); ctx.lineTo(box.left + box.width, at); }
    ctx.stroke();
  }

  // Labels, ticks and the frame itself.
  function border({ ctx, u, box, x, y, across, up, labels }) {
    ctx.fillStyle = axes.style("--quiet");
    ctx.strokeStyle = axes.style("--quiet");
    ctx.font = axes.font(11 * u);
    ctx.lineWidth = u;
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    ctx.beginPath();
    for (const { t, text } of across) {
      const at = Math.round(x(t)) + 0.5;
      ctx.moveTo(at, box.top + box.height); ctx.lineTo(at, box.top + box.height + 3 * u);
      const half = ctx.measureText(short(text)).width / 2;
      ctx.fillText(short(text), Math.min(at, box.left + box.width + 10 * u - half), box.top + box.height + 5 * u);
    }
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    for (const { t, text } of up) {
      const at = Math.round(y(t)) + 0.5;
      ctx.moveTo(box.left, at); ctx.lineTo(box.left - 3 * u, at);
      ctx.fillText(short(text), box.left - 6 * u, at);
    }
    ctx.stroke();
    ctx.strokeRect(box.left + 0.5, box.top + 0.5, box.width - 1, box.height - 1);
    ctx.textAlign = "center";
    ctx.textBaseline = "bottom";
    ctx.font = axes.font(11 * u, 550);
    ctx.fillText(labels[0], box.left + box.width / 2, box.top + box.height + 35 * u);
    ctx.save();
    ctx.translate(3 * u, box.top + box.height / 2);
    ctx.rotate(-Math.PI / 2);
    ctx.textBaseline = "top";
    ctx.fillText(labels[1], 0, 0);
    ctx.restore();
  }

  function clip({ ctx, box }, paint) {
    ctx.save();
    ctx.beginPath();
    ctx.rect(box.left, box.top, box.width, box.height);
    ctx.clip();
    paint();
    ctx.restore();
  }

  // A line through points in pixels, with a rim; null makes a gap.
  function line({ ctx, u }, points, colour, { width = 2, dash = [], rim = true } = {}) {
    const trace = () => {
      ctx.beginPath();
      let down = false;
      for (const point of points) {
        if (point && down) ctx.lineTo(...point); else if (point) ctx.moveTo(...point);
        down = point !== null;
      }
      ctx.stroke();
    };
    ctx.lineJoin = "round";
    ctx.setLineDash([]);
    if (rim) { ctx.strokeStyle = axes.style("--paper"); ctx.lineWidth = (width + 2.5) * u; trace(); }
    ctx.setLineDash(dash.map((length) => length * u));
    ctx.strokeStyle = colour;
    ctx.lineWidth = width * u;
    trace();
    ctx.setLineDash([]);
  }

  // The size of the type: print makes the canvas twice as sharp (make), not its type twice as large.
  const scale = () => axes.scale() / (document.documentElement.dataset.printing === undefined ? 1 : 2);

  return { scale, ofKey, ofNumbers, make, grid, border, clip, line };
})();
