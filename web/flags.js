// Numbered flags above a plot, one for each event, or one for several that stand too close. Pointing at
// one or moving the focus to it shows the sentences; pressing it zooms to the step. One tab stop a
// plot, arrow keys from flag to flag.
"use strict";

const flags = (() => {
  const widthOf = (events) => 12 + 7 * name(events).length;  // about, in CSS pixels

  // Events whose flags would lie on each other share one.
  function clusters(u, shown, s) {
    const left = u.over.offsetLeft, width = u.over.clientWidth;
    const placed = shown.map((event) => ({ event, x: u.valToPos(view.position(event.step), "x") }))
      .filter(({ x }) => x >= -0.5 && x <= width + 0.5).sort((a, b) => a.x - b.x);
    const groups = [];
    for (const { event, x } of placed) {
      const group = groups.at(-1);
      if (group && x - group.x < (widthOf(group.events) + widthOf([event])) / 2 * s) group.events.push(event);
      else groups.push({ x, events: [event] });
    }
    for (const group of groups) group.x += left;
    return groups;
  }

  function name(events) {
    const numbers = [...new Set(events.map((event) => event.number + 1))].sort((a, b) => a - b);
    return numbers.length > 3 ? `${numbers[0]}+${numbers.length - 1}` : numbers.join("\u2009·\u2009");
  }

  // The same sentence once, with the seeds and steps it is told of.
  function sentences(events) {
    const told = new Map();
    for (const event of events) {
      if (!told.has(event.number)) told.set(event.number, { event, seeds: [] });
      told.get(event.number).seeds.push(`seed ${event.s}, step ${words.step(event.step)}`);
    }
    return [...told.values()].map(({ event, seeds }) =>
      `${event.number + 1} · ${view.data.variants[event.v]}: ${event.told}` + (view.data.seeds.length > 1 ? ` (${seeds.join("; ")})` : ""));
  }

  function build(plot, drawing, shownEvents) {
    const layer = words.element("div", { class: "flags", role: "group", "aria-label": "Events" });
    const tip = words.element("div", { class: "tip", role: "tooltip", hidden: "" });
    plot.append(layer);

    function show(flag) {
      const all = sentences(flag.events);
      tip.replaceChildren(...all.slice(0, 5).map((sentence) => words.element("p", { dir: "auto" }, sentence)));
      if (all.length > 5) tip.append(words.element("p", {}, `and ${all.length - 5} more`));
      tip.hidden = false;
      const room = plot.clientWidth - tip.offsetWidth;
      tip.style.left = Math.max(0, Math.min(room, flag.offsetLeft - tip.offsetWidth / 2)) + "px";
    }
    const hide = () => { tip.hidden = true; };

    function walk(key, flag) {
      const all = [...layer.querySelectorAll("button")], at = all.indexOf(flag);
      const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: all.length - 1 }[key];
      if (next === undefined || !all[next]) return false;
      flag.tabIndex = -1;
      all[next].tabIndex = 0;
      all[next].focus();
      return true;
    }

    // A flag that has the focus keeps it while the plot is zoomed.
    function place(u, s) {
      const focused = layer.contains(document.activeElement) ? document.activeElement.dataset.event : null;
      layer.replaceChildren(...clusters(u, shownEvents(), s).map((group, i) => {
        const flag = words.button(name(group.events), null, () => view.zoomTo(group.events[0].step));
        flag.events = group.events;
        flag.className = "flag";
        flag.dataset.event = group.events[0].number;
        flag.tabIndex = i === 0 ? 0 : -1;
        flag.setAttribute("aria-label", "Event " + sentences(group.events).join(" "));
        flag.style.left = group.x + "px";
        flag.style.top = u.over.offsetTop + "px";
        flag.style.setProperty("--run", `var(--c${group.events[0].v % 8})`);
        flag.addEventListener("pointerenter", () => show(flag));
        flag.addEventListener("pointerleave", hide);
        flag.addEventListener("focus", () => show(flag));
        flag.addEventListener("blur", hide);
        flag.addEventListener("keydown", (event) => {
          if (event.key === "Escape") hide();
          if (walk(event.key, flag)) event.preventDefault();
        });
        return flag;
      }), tip);
      hide();
      if (focused !== null) layer.querySelector(`[data-event="${focused}"]`)?.focus();
    }

    return { place, remove: () => layer.remove() };
  }

  return { build };
})();
