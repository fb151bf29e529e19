// "Where it breaks": which quantity is shown over which axes, a map for each variant, and the run that is opened.
"use strict";

const phase = (() => {
  const find = (id) => document.getElementById(id);
  const holder = find("phase-maps");
  if (!holder) return { prepare: () => {}, redraw: () => {} };
  const runHolder = find("phase-run");
  const most = 60;  // maps
  const state = { quantity: null, across: 0, up: 1, each: -1, at: [], open: null };
  let data = null, list = [], figures = [], redrawRun = () => {};

  const flat = () => data.axes.length < 2;
  const quantity = () => list.find((one) => one.id === state.quantity);

  // Two axes are a plane, a third one a map for each of its values: the slowest unless that is too many.
  function arrange() {
    const all = [...data.axes.keys()];
    state.at = all.map((a) => (data.axes[a].size - 1) >> 1);
    if (all.length > 2) {
      const small = (a) => data.axes[a].size <= 12;
      const fewest = all.reduce((best, a) => (data.axes[a].size < data.axes[best].size ? a : best));
      state.each = data.theory ? all[2] : small(0) ? 0 : fewest;
    }
    // Of what remains the two with the most values, numbers before names.
    const worth = (a) => data.axes[a].size * (data.axes[a].keys[0].scale === "named" ? 0.1 : 1);
    const plane = all.filter((a) => a !== state.each).sort((a, b) => worth(b) - worth(a)).slice(0, 2);
    [state.across, state.up] = plane.sort((a, b) => a - b);
    list = quantities.list(data);
    state.quantity = flat() && list.some((one) => one.id === "final_loss") ? "final_loss" : "verdict";
  }

  function chooser(label, options, value, choose) {
    const select = words.element("select");
    for (const [name, text] of options) select.append(words.element("option", { value: name }, text));
    select.value = value;
    select.addEventListener("change", () => choose(select.value));
    return words.element("label", {}, label + " ", select);
  }

  // An axis takes the place of another, which takes its place.
  function swap(place, value) {
    const a = Number(value), other = ["across", "up", "each"].find((one) => state[one] === a);
    if (other) state[other] = state[place];
    state[place] = a;
    draw();
  }

  function fillChoosers() {
    const names = data.axes.map((axis, a) => [a, axis.name]);
    const members = [chooser("Show", list.map((one) => [one.id, one.title]), state.quantity, (value) => { state.quantity = value; draw(); })];
    if (!flat()) {
      members.push(chooser("across", names, state.across, (value) => swap("across", value)));
      members.push(chooser("up", names, state.up, (value) => swap("up", value)));
    }
    if (names.length > 2) members.push(chooser("a map for each", names, state.each, (value) => swap("each", value)));
    rest().forEach((a) => members.push(chooser(data.axes[a].name + " =", data.axes[a].keys[0].texts.map((text, i) => [i, text]), state.at[a],
      (value) => { state.at[a] = Number(value); draw(); })));
    const choosers = find("phase-choosers"), focused = [...choosers.children].findIndex((one) => one.contains(document.activeElement));
    choosers.replaceChildren(...members);
    choosers.hidden = false;
    choosers.children[focused]?.querySelector("select").focus();
  }

  function fillLegend() {
    const shown = flat() ? [0] : [state.across, state.up];
    phaseLegend.fill(find("phase-legend"), { data, quantity: quantity(), flat: flat(), theory: !flat() && theoryCurve().length > 0 ? data.theory : "", curves: data.boundaries.filter((curve) => shown.includes(curve.axis)) });
  }

  const rest = () => [...data.axes.keys()].filter((a) => ![state.across, state.up, state.each].includes(a));

  // A map for each variant and each value of the third axis.
  function panels() {
    const values = state.each < 0 ? [null] : [...data.axes[state.each].keys[0].texts.keys()];
    return data.variants.flatMap((variant) => (state.each >= 0 && !variant.knows[state.each] ? [0] : values).map((value) => {
      const at = [...state.at];
      if (value !== null) at[state.each] = value;
      return { variant, at, value };
    }));
  }

  // Curves of boundaries whose searched axis is one of the two that are shown.
  function curvesOf(variant, at) {
    return data.boundaries.filter((curve) => curve.run === variant.name && [state.across, state.up].includes(curve.axis))
      .map((curve) => {
        const searched = curve.axis === state.up ? "y" : "x";
        return { curve, searched, found: boundaries.points(curve, searched === "y" ? state.across : state.up, at) };
      }).filter(({ found }) => found.length > 0).concat(theoryCurve());
  }

  // The file's own curve, of the second axis over the first.
  function theoryCurve() {
    if (!data.curve || Math.max(state.across, state.up) > 1) return [];
    const found = data.curve.map((theory, i) => ({ i, theory, value: null, fails: null }));
    return [{ curve: null, found, searched: state.up === 1 ? "y" : "x" }];
  }

  // What a cell says: one line a fact.
  function tell(variant, at) {
    const cell = sweep.cellOf(variant, at), { times } = sweep.verdictOf(variant, cell);
    const lines = [`${variant.name}: ` + (times.length === 0 ? "no run"
      : times.length === 1 && (times[0][1] > 1 || data.runsOfCell === 1) ? data.verdicts[times[0][0]].name + (times[0][1] > 1 ? ` with all ${times[0][1]} seeds` : "")
        : times.map(([verdict, n]) => `${data.verdicts[verdict].name} with ${n} of ${data.runsOfCell} seeds`).join(", "))];
    if (times.length > 0)
      for (const one of list.slice(1)) lines.push(`${one.title.toLowerCase()} ${quantities.text(one, sweep.valueOf(variant, cell, one.m))}` + (data.seeds.length > 1 ? " (median)" : ""));
    return { title: sweep.pointText(at, variant) || "every run", lines };
  }

  function mapFigure({ variant, at, value }) {
    const caption = words.element("h4", {}, words.element("i", { class: "swatch", "data-variant": variant.v }), words.name(variant.name));
    if (value !== null && variant.knows[state.each]) caption.append(words.element("span", { class: "at" }, data.axes[state.each].keys.map((key) => `${key.key} = ${key.texts[value]}`).join(", ")));
    const unknown = [state.across, state.up].filter((a) => !variant.knows[a]).map((a) => data.axes[a].name);
    const pointAt = (ix, iy) => { const here = [...at]; here[state.across] = ix; here[state.up] = iy; return here; };
    const spec = () => ({
      x: phaseAxes.ofKey(data.axes[state.across].keys[0]), y: phaseAxes.ofKey(data.axes[state.up].keys[0]),
      cell: (ix, iy) => ({ variant, cell: sweep.cellOf(variant, pointAt(ix, iy)) }),
      quantity: quantity(), looks: verdicts.all(data), curves: curvesOf(variant, at),
    });
    return figure(caption, unknown.length ? `The same along ${unknown.join(" and ")}, which it does not have.` : "",
      `${quantity().title} of ${variant.name} over ${data.axes[state.across].name} and ${data.axes[state.up].name}; the tables below have the verdicts`,
      (canvas, width, s) => phaseMaps.build(canvas, width, s, spec()),
      (indices) => ({ variant, at: pointAt(...indices) }), phaseMaps.height);
  }

  // One axis: lines of a metric, or of verdicts a row for each variant.
  function flatFigure() {
    const a = data.axes.length === 1 ? 0 : -1, at = (i) => (a < 0 ? [] : [i]);
    const key = a < 0 ? { key: "", texts: ["all"], positions: [0], scale: "named" } : data.axes[0].keys[0];
    const x = () => phaseAxes.ofKey(key);
    const found = () => data.boundaries.filter((curve) => curve.axis === 0).map((curve) => {
      const of = (name) => { const all = curve.searches.map((one) => one[name]).filter((n) => n !== null && n !== undefined); return all.length ? sweep.median(all) : null; };
      const { toT } = x(), value = of("value");
      return { variant: data.variants.find((one) => one.name === curve.run), value: value === null ? null : boundaries.middle({ value, fails: of("fails") }, toT), theory: of("theory") === null ? null : toT(of("theory")) };
    });
    const names = { key: "", scale: "named", positions: data.variants.map((_, i) => i), texts: data.variants.map((one) => one.name).reverse() };
    const rows = [...data.variants].reverse();
    const verdict = quantity().m < 0;
    return figure("", "", `${quantity().title} over ${key.key}`, (canvas, width, s) => (verdict
      ? phaseMaps.build(canvas, width, s, {
        x: x(), y: phaseAxes.ofKey(names), quantity: quantity(), looks: verdicts.all(data), height: Math.round((60 + 34 * rows.length) * s),
        cell: (ix, iy) => ({ variant: rows[iy], cell: sweep.cellOf(rows[iy], at(ix)) }),
      })
      : phaseLines.build(canvas, width, s, {
        x: x(), quantity: quantity(), looks: verdicts.all(data), variants: data.variants, lines: found(),
        cellOf: (variant, i) => sweep.cellOf(variant, at(i)),
      })),
    ([i, row]) => ({ variant: verdict ? rows[row] : data.variants[row], at: at(i) }), phaseLines.height);
  }

  function figure(caption, note, label, build, where, height) {
    const canvas = words.element("canvas", {
      role: "img", "aria-label": label, "aria-description": "Arrow keys move from cell to cell, Enter opens the run, Escape closes it",
    });
    const drawing = words.element("div", { class: "phase-map" }, canvas);
    const made = words.element("figure", {}, drawing);
    if (caption) made.prepend(words.element("figcaption", {}, caption));
    if (note) made.append(words.element("p", { class: "key" }, note));
    const one = { made, drawing, canvas, build, height, geometry: null };
    const place = (cell) => where(one.geometry.indices(cell));
    one.cursor = phaseCursor.attach(drawing, {
      tell: (cell) => { const { variant, at } = place(cell); return tell(variant, at); },
      open: (cell) => open(one, cell, place(cell)),
      close: () => { const was = state.open !== null; close(); return was; },
    });
    return one;
  }

  function paint(one) {
    const width = one.drawing.clientWidth;
    if (width < 60) return;
    one.width = width;
    one.drawing.style.minHeight = "";
    one.geometry = one.build(one.canvas, width, phaseAxes.scale());
    one.cursor.place(one.geometry);
  }

  function open(one, cell, { variant, at }, run) {
    const there = sweep.runsOf(sweep.cellOf(variant, at)).filter((other) => sweep.verdictAt(variant, other) >= 0);
    if (state.open && state.open.one !== one) state.open.one.cursor.mark(null);
    state.open = { one };
    one.cursor.mark(cell);
    runHolder.hidden = false;
    redrawRun = phaseRun.show(runHolder, {
      data, variant, at, cell: sweep.cellOf(variant, at), run: run ?? there[0], list, close: () => { close(); one.cursor.focus(); },
      choose: (other) => { open(one, cell, { variant, at }, other); runHolder.querySelector('[aria-pressed="true"]')?.focus(); },
    });
    page.fillSwatches(runHolder);
    redrawRun();
    if (run === undefined) view.say("Opened below: " + runHolder.querySelector("h3").textContent);
    runHolder.scrollIntoView({ block: "nearest" });
  }

  function close() {
    if (!state.open) return;
    state.open.one.cursor.mark(null);
    state.open = null;
    runHolder.hidden = true;
    runHolder.replaceChildren();
    redrawRun = () => {};
  }

  const near = new IntersectionObserver((entries) => entries.forEach((entry) => {
    if (!entry.isIntersecting) return;
    near.unobserve(entry.target);
    const one = figures.find((other) => other.drawing === entry.target);
    if (one && !one.geometry) paint(one);
  }), { rootMargin: "500px 0px" });

  function draw() {
    close();
    fillChoosers();
    near.disconnect();
    const all = flat() ? [null] : panels(), shown = all.slice(0, most);
    const nothing = data.verdicts.length === 0 || (data.axes.length === 0 && data.variants.length === 0);
    figures = nothing ? [] : shown.map((panel) => (panel ? mapFigure(panel) : flatFigure()));
    holder.className = flat() ? (quantity().m < 0 ? "phase-strip" : "phase-flat") : shown.length > 4 ? "phase-many" : "phase-few";
    holder.replaceChildren(...figures.map((one) => one.made));
    if (all.length > most) holder.append(words.element("p", { class: "quiet" }, `${all.length - most} more maps have no room here.`));
    page.fillSwatches(holder);
    fillLegend();
    for (const one of figures) {
      one.drawing.style.minHeight = one.height(one.drawing.clientWidth || 300, phaseAxes.scale()) + "px";
      near.observe(one.drawing);
    }
    boundaryPlots.draw(find("phase-boundaries"), data, state);
  }

  function prepare() {
    if (data) return;
    data = sweep.load();
    arrange();
    draw();
  }

  // After another theme, type or width; `all` before printing, also what is far from the window.
  function redraw(all) {
    if (!data) return;
    fillLegend();
    for (const one of figures) if (one.geometry || all) paint(one);
    boundaryPlots.draw(find("phase-boundaries"), data, state);
    redrawRun();
  }

  function resize() {
    if (!data) return;
    for (const one of figures) if (one.geometry && one.drawing.clientWidth !== one.width) paint(one);
    boundaryPlots.redraw();
    redrawRun();
  }

  runHolder.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !state.open) return;
    const { one } = state.open;
    close();
    one.cursor.focus();
  });
  const soon = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    soon.disconnect();
    prepare();
  }, { rootMargin: "1000px 0px" });
  requestAnimationFrame(() => setTimeout(() => soon.observe(holder.parentElement)));

  return { prepare, redraw, resize, figures: () => figures };
})();
