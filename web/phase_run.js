// One run of a sweep, opened below its diagram: what came out, its loss and loss scale, its events, and the command
// line that repeats it.
"use strict";

const phaseRun = (() => {
  let curves = null;
  const curveOf = (row) => {
    if (!curves) {
      curves = JSON.parse(document.getElementById("phase-curves").textContent);
      curves.steps = curves.steps.map(packed.steps);
    }
    const curve = curves.runs[row];
    return curve ? { ...curve, steps: curves.steps[curve.x], loss: packed.values(curve.y, curve.wide) } : null;
  };

  // As sim/cli does it: a word in quotes where a shell would not take it as it is.
  const inShell = (word) => (/^[A-Za-z0-9_.,=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  const path = (file) => (/^[A-Za-z0-9_.,=+/-]+$/.test(file) ? file : inShell(file));

  function command(data, variant, at, seeds) {
    const parts = ["halfstep run " + path(data.file)];
    const changes = data.changes.replace(/(^| )--seeds \S+$/, "");
    if (changes) parts.push(changes);
    data.axes.forEach((axis, a) => {
      if (!variant.knows[a]) return;
      for (const key of axis.keys) parts.push("--set " + inShell(`${key.key}=${key.texts[at[a]]}`));
    });
    return [...parts, "--seeds " + seeds].join(" ");
  }

  const height = (width, s) => Math.round(Math.min(240 * s, Math.max(190 * s, width * 0.5)));

  // Steps across and a series up; what is not finite leaves the plot at a cross.
  function draw(canvas, width, s, curve, series, stepped) {
    const good = series.filter((y) => Number.isFinite(y) && y > 0);
    const kind = stepped ? "log2" : "log";
    const y = phaseAxes.ofNumbers(kind, good.length ? Math.min(...good) : 1, good.length ? Math.max(...good) : 2, stepped ? "loss scale" : "loss");
    const last = Math.max(1, curve.steps.at(-1));
    const x = { kind: "linear", label: "step", low: 0, high: last, toT: (t) => t };
    const frame = phaseAxes.make(canvas, width, height(width, s), s, x, y), { ctx, u, box } = frame;
    phaseAxes.grid(frame);
    curve.events.forEach(([step], i) => {
      const at = frame.x(step);
      phaseAxes.line(frame, [[at, box.top], [at, box.top + box.height]], axes.style("--quiet"), { width: 1, dash: [2, 3], rim: false });
      ctx.font = axes.font(10 * u, 600);
      ctx.textAlign = at > box.left + box.width - 12 * u ? "right" : "left";
      ctx.textBaseline = "top";
      marks.haloed(ctx, String(i + 1), at + (ctx.textAlign === "left" ? 3 : -3) * u, box.top + 4 * u, axes.style("--ink"), u);
    });
    const points = [];
    let lost = null;
    series.forEach((value, i) => {
      const drawable = Number.isFinite(value) && value > 0;
      if (!drawable && !lost && !(value <= 0)) lost = { step: curve.steps[i], what: Number.isNaN(value) ? "NaN" : "∞" };
      if (stepped && points.length && drawable && points.at(-1)) points.push([frame.x(curve.steps[i]), points.at(-1)[1]]);
      points.push(drawable ? [frame.x(curve.steps[i]), frame.y(y.toT(value))] : null);
    });
    phaseAxes.clip(frame, () => phaseAxes.line(frame, points, axes.style("--accent"), { width: 2, rim: false }));
    if (lost) {
      ctx.font = axes.font(11 * u, 600);
      ctx.textAlign = frame.x(lost.step) > box.left + box.width / 2 ? "right" : "left";
      ctx.textBaseline = "bottom";
      marks.haloed(ctx, ` ${lost.what} from step ${words.step(lost.step)} `, frame.x(lost.step), box.top + box.height - 4 * u, axes.style("--limit"), u);
    }
    phaseAxes.border(frame);
  }

  // The loss scale at every point, from where it changes.
  function scales(curve) {
    const all = [];
    curve.scale.forEach(([from, value], i) => {
      const end = curve.scale[i + 1]?.[0] ?? curve.steps.length;
      for (let k = from; k < end; ++k) all.push(value ?? NaN);
    });
    return all;
  }

  // The plots of a curve, and `redraw` for another width or theme.
  function plots(curve) {
    const drawings = [];
    const add = (title, series, stepped) => {
      const canvas = words.element("canvas", { role: "img", "aria-label": `${title} by step` });
      drawings.push([canvas, series, stepped]);
      return words.element("figure", {}, words.element("figcaption", {}, words.element("h4", {}, title)), canvas);
    };
    const made = words.element("div", { class: "phase-curves" }, add("Loss", curve.loss, false));
    const scale = scales(curve);
    if (curve.scale.length > 1) made.append(add("Loss scale", scale, true));
    const redraw = () => {
      for (const [canvas, series, stepped] of drawings)
        if (canvas.clientWidth > 60) draw(canvas, canvas.clientWidth, phaseAxes.scale(), curve, series, stepped);
    };
    return { made, redraw };
  }

  function eventList(curve) {
    if (curve.events.length === 0) return words.element("p", { class: "quiet" }, "No event was noted.");
    const list = words.element("ol", { class: "of-run" });
    curve.events.forEach(([step, text], i) => {
      const sentence = /step [\d,]+/i.test(text) ? text[0].toUpperCase() + text.slice(1) : `Step ${words.step(step)}: ${text}`;
      list.append(words.element("li", {}, words.element("span", { class: "flag", "aria-hidden": "true" }, String(i + 1)),
        words.element("p", { dir: "auto" }, words.element("span", { class: "told" }, sentence))));
    });
    return list;
  }

  function facts(data, variant, run, list) {
    const made = words.element("dl", { class: "phase-facts" });
    const look = verdicts.all(data)[sweep.verdictAt(variant, run)], name = data.verdicts[sweep.verdictAt(variant, run)];
    const verdict = words.element("span", { class: "verdict-word", title: name.doc }, name.name);
    verdict.style.setProperty("--look", `var(${look.colour})`);
    made.append(words.element("div", {}, words.element("dt", {}, "Verdict"), words.element("dd", {}, verdict)));
    for (const quantity of list.slice(1))
      made.append(words.element("div", {}, words.element("dt", {}, quantity.title), words.element("dd", {}, quantities.text(quantity, sweep.values(variant, quantity.m)[run]))));
    return made;
  }

  // Fills `holder` with a run of `cell`; returns what draws it anew. `choose(run)` shows another seed, `close` none.
  function show(holder, { data, variant, cell, at, run, list, choose, close }) {
    const there = sweep.runsOf(cell).filter((one) => sweep.verdictAt(variant, one) >= 0);
    const point = sweep.pointText(at, variant);
    const heading = words.element("h3", {}, words.element("i", { class: "swatch", "data-variant": variant.v }), words.name(variant.name), point ? ": " : "", words.name(point));
    const shut = words.button("Close", null, close);
    holder.replaceChildren(words.element("div", { class: "phase-run-head" }, heading, shut));
    if (there.length > 1)
      holder.append(words.group("Seeds", ...there.map((one) => words.button("seed " + sweep.seedOf(one), one === run, () => choose(one)))));
    if (run === undefined) {
      holder.append(words.element("p", { class: "quiet" }, "There is no run at this point."));
      return () => {};
    }
    holder.append(facts(data, variant, run, list));
    const curve = data.joined ? null : curveOf(sweep.rowOf(variant, run));
    let redraw = () => {};
    if (curve) {
      const drawn = plots(curve);
      redraw = drawn.redraw;
      holder.append(drawn.made, eventList(curve));
      if (curve.more) holder.append(words.element("p", { class: "quiet" }, `And ${curve.more} more in sweep/curves.jsonl.`));
    } else {
      holder.append(words.element("p", { class: "quiet" }, data.joined ? "These are medians over its seeds; the page has no single curve of so large a sweep." : "The page has no curve of this run."));
    }
    const seeds = data.joined ? data.seeds.join(",") : sweep.seedOf(run);
    holder.append(words.element("p", { class: "quiet" }, "To repeat it", ...(data.variants.length > 1 ? [", as the run ", words.name(variant.name), " of this"] : []), ":"), words.element("pre", { class: "command" }, words.element("code", {}, command(data, variant, at, seeds))));
    const own = variant.own.filter((key) => data.axes.some((axis, a) => variant.knows[a] && axis.keys.some((one) => one.key === key)));
    if (own.length > 0)
      holder.append(words.element("p", { class: "quiet" }, words.name(variant.name), ` sets ${own.join(" and ")} in the file itself, which --set does not reach: change it there.`));
    return redraw;
  }

  return { show, command };
})();
