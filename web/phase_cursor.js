// Pointer and keyboard over a map or plot of a sweep: one cell is under the cursor, in words beside it and read aloud;
// a click or Enter opens its run.
"use strict";

const phaseCursor = (() => {
  const moves = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

  function frameOf(element, { left, top, width, height }) {
    Object.assign(element.style, { left: left + "px", top: top + "px", width: width + "px", height: height + "px" });
    element.hidden = false;
  }

  // `tell(cell)` gives {title, lines}; `open(cell)` opens it; `close()` closes what is open. `holder` has a canvas.
  function attach(holder, { tell, open, close }) {
    const canvas = holder.querySelector("canvas");
    const ring = words.element("div", { class: "phase-ring", hidden: "" });
    const chosen = words.element("div", { class: "phase-ring chosen", hidden: "" });
    const tip = words.element("div", { class: "readout", hidden: "" });
    holder.append(chosen, ring, tip);
    const state = { geometry: null, cell: null, opened: null };
    canvas.tabIndex = 0;

    function hide() {
      ring.hidden = tip.hidden = true;
    }

    function show(cell, aloud) {
      state.cell = cell;
      if (!cell) return hide();
      const box = state.geometry.rectangle(cell), told = tell(cell);
      frameOf(ring, box);
      tip.replaceChildren(words.element("b", {}, told.title), ...told.lines.map((line) => words.element("div", {}, words.name(line))));
      tip.hidden = false;
      const right = box.left + box.width + 12 + tip.offsetWidth < holder.clientWidth;
      tip.style.left = Math.max(0, Math.min(holder.clientWidth - tip.offsetWidth, right ? box.left + box.width + 10 : box.left - tip.offsetWidth - 10)) + "px";
      // Where there is no room beside the cell, above or below it.
      const beside = right || box.left - tip.offsetWidth - 10 >= 0;
      const below = box.top + box.height + 8, above = box.top - tip.offsetHeight - 8;
      tip.style.top = (beside ? Math.max(0, box.top - 8) : above >= 0 ? above : below) + "px";
      if (aloud) view.say([told.title, ...told.lines].join("; "));
    }

    const cellAt = (event) => {
      const box = canvas.getBoundingClientRect();
      return state.geometry?.pick(event.clientX - box.left, event.clientY - box.top) || null;
    };
    const choose = (cell) => { if (cell) open(cell); };

    canvas.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch") show(cellAt(event)); });
    canvas.addEventListener("pointerleave", () => { if (document.activeElement !== canvas) show(null); else hide(); });
    canvas.addEventListener("click", (event) => {
      show(cellAt(event));
      choose(state.cell);
    });
    canvas.addEventListener("blur", hide);
    canvas.addEventListener("focus", () => {
      if (state.geometry && canvas.matches(":focus-visible")) show(state.cell || state.opened || state.geometry.first(), true);
    });
    canvas.addEventListener("keydown", (event) => {
      if (!state.geometry || event.ctrlKey || event.metaKey || event.altKey) return;
      const at = state.cell || state.opened || state.geometry.first();
      if (moves[event.key]) {
        const [dx, dy] = moves[event.key], far = event.shiftKey ? 5 : 1;
        show(state.cell ? state.geometry.step(at, dx * far, dy * far) : at, true);
      } else if (event.key === "Enter" || event.key === " ") choose(at);
      else if (event.key === "Escape") { if (!close()) show(null); } else return;
      event.preventDefault();
    });

    return {
      // After it was drawn anew.
      place(geometry) {
        state.geometry = geometry;
        state.cell = null;
        hide();
        if (state.opened) frameOf(chosen, geometry.rectangle(state.opened));
      },
      mark(cell) {
        state.opened = cell;
        if (cell && state.geometry) frameOf(chosen, state.geometry.rectangle(cell)); else chosen.hidden = true;
      },
      focus: () => canvas.focus({ preventScroll: true }),
    };
  }

  return { attach };
})();
