// What all plots of a page share: the data, which runs are shown, the range of steps, the cursor.
// Whoever changes something calls a function here; whoever draws listens.
"use strict";

const view = (() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const last = Math.max(1, data.lastStep);
  const state = {
    logSteps: false,
    shownVariants: new Set(data.variants.keys()),
    shownSeeds: new Set(data.seeds),
    logValues: data.panels.map((panel) => !!panel.log),
  };
  let range = { min: 0, max: last };
  let cursor = null;  // a step
  const listeners = { range: [], cursor: [], shown: [], axes: [] };
  const tell = (what, detail) => listeners[what].forEach((listener) => listener(detail));

  // At least two steps wide, and never beyond the run.
  function zoom(min, max) {
    const narrowest = Math.min(2, last);
    if (!(max - min >= narrowest)) {
      const middle = (min + max) / 2;
      [min, max] = [middle - narrowest / 2, middle + narrowest / 2];
    }
    const width = Math.min(last, max - min);
    min = Math.min(Math.max(0, min), last - width);
    range = { min, max: min + width };
    tell("range");
  }

  // Around the cursor where there is one, else around the middle.
  function zoomBy(factor) {
    const at = cursor !== null && cursor >= range.min && cursor <= range.max ? cursor : (range.min + range.max) / 2;
    zoom(at - (at - range.min) * factor, at + (range.max - at) * factor);
  }
  const pan = (part) => {
    const by = part * (range.max - range.min);
    zoom(range.min + by, range.max + by);
  };

  // Close to a step, with the cursor on it: so close that every single step can be told apart, but with
  // recorded points on both sides.
  function zoomTo(step) {
    const recorded = data.panels.length > 0 ? data.panels[0].curves.flatMap((curve) => packed.points(curve).x) : [];
    let around = Math.max(8, last / 60);
    const enough = () => recorded.filter((x) => x >= step - around && x <= step + around).length >= 3;
    while (around < last && !enough()) around *= 2;
    zoom(step - around, step + around);
    setCursor(step);
  }

  function setCursor(step, source) {
    if (step !== null) step = Math.min(last, Math.max(0, Math.round(step)));
    if (step === cursor && step === null) return;
    cursor = step;
    tell("cursor", source);
  }

  function setLogSteps(on) {
    state.logSteps = on;
    tell("axes");
  }

  function toggle(set, value) {
    if (!set.delete(value)) set.add(value);
    tell("shown");
  }

  function showAll(set, values) {
    set.clear();
    for (const value of values) set.add(value);
    tell("shown");
  }

  // A logarithmic axis has no place for step 0, so it counts steps from 1.
  const position = (step) => (state.logSteps ? step + 1 : step);
  const stepAt = (at) => (state.logSteps ? at - 1 : at);
  const isShown = (item) => state.shownVariants.has(item.v) && state.shownSeeds.has(item.s);

  // Every shown occurrence of an event: {number, v, s, step, told}.
  function shownEvents() {
    return data.events.flatMap((event, number) => event.at
      .filter(([s]) => isShown({ v: event.v, s }))
      .map(([s, step]) => ({ number, v: event.v, s, step, told: event.told })));
  }

  // Read aloud by screen readers, seen by nobody.
  const said = document.createElement("div");
  said.id = "said";
  said.className = "visually-hidden";
  said.setAttribute("aria-live", "polite");
  document.body.append(said);

  return {
    data, state, last, isShown, position, stepAt, shownEvents,
    zoom, zoomBy, zoomTo, pan, setCursor, setLogSteps, toggle, showAll,
    reset: () => zoom(0, last),
    range: () => range,
    cursor: () => cursor,
    say: (text) => { said.textContent = text; },
    on: (what, listener) => listeners[what].push(listener),
  };
})();
