// The controls of a report: which runs are shown and how, events as buttons.
"use strict";

const page = (() => {
  const find = (id) => document.getElementById(id);
  const { data, state } = view;

  // The line and marker of a run's curves.
  function swatch(variant) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 34 12");
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    for (const [key, value] of Object.entries({ x1: 1, x2: 33, y1: 6, y2: 6, "stroke-dasharray": axes.dash(variant).join(" ") }))
      line.setAttribute(key, value);
    const marker = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const shape = axes.variation(variant);
    marker.setAttribute("d", [
      "M17 2.4a3.6 3.6 0 1 0 .01 0Z", "M14 3h6v6h-6Z", "M17 2l3.9 7h-7.8Z", "M17 1.4l4.6 4.6-4.6 4.6-4.6-4.6Z",
    ][shape % 4]);
    svg.style.setProperty("--run", `var(--c${variant % 8})`);
    if (shape >= 4) marker.classList.add("open");
    svg.append(line, marker);
    return svg;
  }

  function fillSwatches(within) {
    for (const empty of within.querySelectorAll("i.swatch:empty")) empty.append(swatch(Number(empty.dataset.variant)));
  }

  // A button a value of `all`; pressed while the value is in `shown`.
  function toggles(name, all, shown, content) {
    const buttons = all.map((value) => {
      const made = words.button(content(value), true, () => view.toggle(shown, value));
      view.on("shown", () => made.setAttribute("aria-pressed", String(shown.has(value))));
      return made;
    });
    const made = words.group(name, ...buttons);
    made.classList.add("toggles");
    if (all.length > 6)
      made.prepend(words.button("all", null, () => view.showAll(shown, all)), words.button("none", null, () => view.showAll(shown, [])));
    return made;
  }

  function named(title, ...content) {
    const made = words.button(content, null, () => {});
    made.title = title;
    made.setAttribute("aria-label", title);
    return made;
  }

  function action(text, title, act) {
    const made = named(title, text);
    made.addEventListener("click", act);
    return made;
  }

  function fillToolbar(toolbar) {
    const variants = [...data.variants.keys()];
    toolbar.append(toggles("Runs", variants, state.shownVariants, (v) => [swatch(v), words.name(data.variants[v])]));
    if (data.seeds.length > 1)
      toolbar.append(toggles("Seeds", data.seeds, state.shownSeeds, (seed) => "seed " + seed));
    toolbar.classList.toggle("many", variants.length + data.seeds.length > 14);
    const logSteps = words.button("Log steps", false, () => view.setLogSteps(!state.logSteps));
    view.on("axes", () => logSteps.setAttribute("aria-pressed", String(state.logSteps)));
    const all = words.button("All steps", null, () => view.reset());
    const rest = () => { all.disabled = view.range().min === 0 && view.range().max === view.last; };
    view.on("range", rest);
    rest();
    toolbar.append(words.group("Steps", logSteps,
      action("◀", "Earlier steps", () => view.pan(-0.5)), action("▶", "Later steps", () => view.pan(0.5)),
      action("+", "Fewer steps, larger", () => view.zoomBy(0.5)), action("−", "More steps, smaller", () => view.zoomBy(2)), all));
    toolbar.hidden = false;
  }

  function valueAxisButtons() {
    for (const made of document.querySelectorAll("button.y-axis")) {
      const index = Number(made.dataset.plot);
      const write = () => { made.textContent = state.logValues[index] ? "log y" : "linear y"; };
      made.title = "Switch this axis between logarithmic and linear";
      made.addEventListener("click", () => {
        state.logValues[index] = !state.logValues[index];
        write();
        charts.redraw();
      });
      write();
      made.hidden = false;
    }
  }

  // A sentence zooms all plots to its step.
  function eventButtons() {
    for (const item of document.querySelectorAll("#events li[data-event]")) {
      const event = data.events[Number(item.dataset.event)];
      const told = item.querySelector(".told");
      const made = words.button([...told.childNodes], null, () => {
        view.zoomTo(event.at[0][1]);
        find("plot-0")?.scrollIntoView({ block: "nearest" });
      });
      made.className = "told";
      made.title = "Zoom all plots to this step";
      told.replaceWith(made);
      item.querySelector(".flag").style.setProperty("--run", `var(--c${event.v % 8})`);
    }
  }

  // On paper everything is drawn, however far from the window.
  paper.onPrint((on) => {
    axes.forget();
    if (on) { maps.prepare(); phase.prepare(); }
    charts.redraw(on);
    maps.redraw();
    phase.redraw(on);
  });

  if (find("toolbar")) fillToolbar(find("toolbar"));
  fillSwatches(document);
  valueAxisButtons();
  eventButtons();
  theme.onChange(() => { axes.forget(); charts.redraw(); maps.redraw(); phase.redraw(); });
  let waiting = 0;
  addEventListener("resize", () => { cancelAnimationFrame(waiting); waiting = requestAnimationFrame(() => { charts.resize(); phase.resize(); }); });

  return { fillSwatches };
})();
