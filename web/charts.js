// All plots of a page: the first is drawn at once, the others when they come near the window. Links
// their ranges and cursors, and makes them work from the keyboard.
"use strict";

const charts = (() => {
  const slots = [];
  const margin = 500;  // how far from the window a plot is drawn
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const slot = slots.find((other) => other.holder === entry.target);
      if (slot && entry.isIntersecting) raise(slot);
    }
  }, { rootMargin: `${margin}px 0px` });

  function isNear(slot) {
    const box = slot.holder.getBoundingClientRect();
    return box.bottom > -margin && box.top < innerHeight + margin;
  }

  const printing = () => document.documentElement.dataset.printing !== undefined;

  // Builds a plot that is not there yet, unless it has no room: in a page that hides the outcome.
  function raise(slot) {
    if (slot.made) return;
    const s = axes.scale(), width = printing() ? slot.printWidth * 2 : slot.holder.clientWidth;
    if (width < 60) return;
    slot.drawing.style.minHeight = slot.height(width, s) + "px";
    slot.width = width;
    slot.made = slot.build(slot.drawing, width, s);
    const { plot } = slot.made;
    slot.readout = readout.build(plot, slot.made.lines);
    slot.flags = flags.build(slot.holder, slot.drawing, slot.events);
    plot.over.addEventListener("mousemove", (event) => follow(slot, event));
    plot.over.addEventListener("mouseleave", () => leave(slot));
    setRange(slot);
    setCursor(slot);
  }

  function lower(slot) {
    if (!slot.made) return;
    slot.flags.remove();
    slot.made.plot.destroy();
    slot.made = slot.readout = slot.flags = null;
    slot.pointed = false;
  }

  function setRange(slot) {
    if (!slot.made) return;
    const { min, max } = view.range(), { plot } = slot.made;
    plot.setScale("x", { min: view.position(min), max: view.position(max) });
    // uPlot draws at the end of the turn; flags are placed by what it has drawn.
    queueMicrotask(() => { if (slot.made && slot.made.plot === plot) slot.flags.place(plot, axes.scale()); });
  }

  // In the plot the pointer is over uPlot has placed the cursor itself.
  function setCursor(slot) {
    if (!slot.made) return;
    const { plot } = slot.made, step = view.cursor();
    if (step === null) {
      plot.setCursor({ left: -10, top: -10 }, false);
      slot.readout.hide();
      return;
    }
    if (!slot.pointed) plot.setCursor({ left: plot.valToPos(view.position(step), "x"), top: -10 }, false);
    if (slot.pointed || document.activeElement === slot.drawing) slot.readout.show(step); else slot.readout.hide();
  }

  function follow(slot, event) {
    const { plot } = slot.made;
    slot.pointed = true;
    view.setCursor(view.stepAt(plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, "x")));
  }

  function leave(slot) {
    slot.pointed = false;
    view.setCursor(null);
  }

  // Arrows move the cursor, plus and minus zoom around it, zero shows all steps again.
  function press(slot, event) {
    if (!slot.made || event.ctrlKey || event.metaKey || event.altKey) return;
    const { min, max } = view.range();
    const stride = Math.max(1, Math.round((max - min) / (event.shiftKey ? 10 : 100)));
    const at = view.cursor() ?? Math.round((min + max) / 2);
    const move = (step) => {
      view.setCursor(Math.min(max, Math.max(min, step)));
      view.say(slot.readout.spoken(view.cursor()));
    };
    const acts = {
      ArrowRight: () => move(at + stride), ArrowLeft: () => move(at - stride),
      Home: () => move(min), End: () => move(max),
      "+": () => view.zoomBy(0.5), "=": () => view.zoomBy(0.5), "-": () => view.zoomBy(2),
      PageDown: () => view.pan(0.5), PageUp: () => view.pan(-0.5),
      0: () => view.reset(), Escape: () => view.setCursor(null),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
    if ("+=-0".includes(event.key) || event.key.startsWith("Page")) {
      const now = view.range();
      view.say(`steps ${words.step(now.min)} to ${words.step(now.max)}`);
    }
  }

  // `holder` is a .plot with a .drawing in it; `build(drawing, width, scale)` gives {plot, lines, show}.
  function add(holder, { build, height, events, printWidth = 660 }) {
    const drawing = holder.querySelector(".drawing");
    const slot = { holder, drawing, build, height, events, printWidth, made: null, pointed: false };
    drawing.tabIndex = 0;
    drawing.setAttribute("aria-description", "Arrow keys move the cursor, plus and minus zoom, zero shows all steps");
    drawing.addEventListener("keydown", (event) => press(slot, event));
    drawing.addEventListener("blur", () => { if (slot.readout) slot.readout.hide(); });
    slots.push(slot);
    return slot;
  }

  function remove(slot) {
    near.unobserve(slot.holder);
    lower(slot);
    slots.splice(slots.indexOf(slot), 1);
  }

  // Heights are kept while plots are away, so that nothing jumps.
  function reserve(slot) {
    slot.drawing.style.minHeight = slot.height(slot.holder.clientWidth || 600, axes.scale()) + "px";
  }

  function watch(slot) {
    reserve(slot);
    near.observe(slot.holder);
  }

  // Everything anew: another theme, type, axis or width. `all` also what is far from the window.
  function redraw(all) {
    for (const slot of slots) lower(slot);
    for (const slot of slots) if (all || isNear(slot)) raise(slot); else reserve(slot);
  }

  // A plot that is lowered far from the window comes back when the observer sees it again.
  function resize() {
    for (const slot of slots) if (slot.made && slot.holder.clientWidth !== slot.width) { lower(slot); if (isNear(slot)) raise(slot); else reserve(slot); }
  }

  view.on("range", () => slots.forEach(setRange));
  view.on("cursor", () => slots.forEach(setCursor));
  view.on("axes", () => redraw());
  view.on("shown", () => slots.forEach((slot) => {
    if (!slot.made) return;
    slot.made.show();
    slot.flags.place(slot.made.plot, axes.scale());
  }));

  // The panels of curves.
  const panels = view.data.panels.map((panel, index) => add(document.getElementById("plot-" + index), {
    build: (drawing, width, s) => curves.build(panel, index, drawing, width, s),
    height: (width, s) => curves.height(panel, width, s),
    events: view.shownEvents,
  }));
  if (panels.length > 0) {
    raise(panels[0]);
    performance.mark("first-plot");
    requestAnimationFrame(() => setTimeout(() => panels.forEach(watch)));
  }

  return { slots, add, remove, watch, raise, redraw, resize };
})();
