// What there is at the cursor, beside it; only in the plot the pointer is over or that has the focus.
"use strict";

const readout = (() => {
  // `lines(step, top)` gives {title, rows: [{variant, name, text}], more}.
  function build(u, lines) {
    const box = words.element("div", { class: "readout", hidden: "" });
    u.over.append(box);

    function hide() { box.hidden = true; }

    function show(step) {
      const left = u.valToPos(view.position(step), "x");
      if (!(left >= 0 && left <= u.over.clientWidth)) return hide();
      const top = u.cursor.top >= 0 ? u.cursor.top : u.over.clientHeight / 3;
      const told = lines(step, top);
      if (!told) return hide();
      box.replaceChildren(words.element("b", {}, told.title));
      for (const row of told.rows) {
        const swatch = words.element("i");
        if (row.variant !== undefined) swatch.style.background = axes.colour(row.variant);
        box.append(words.element("div", {}, swatch, words.name(row.name), words.element("span", {}, row.text)));
      }
      if (told.more) box.append(words.element("small", {}, told.more));
      box.hidden = false;
      const right = left + 24 + box.offsetWidth < u.over.clientWidth;
      box.style.left = (right ? left + 14 : Math.max(0, left - 14 - box.offsetWidth)) + "px";
      box.style.top = Math.max(0, Math.min(top - 12, u.over.clientHeight - box.offsetHeight)) + "px";
      return told;
    }

    // The same for those who listen.
    function spoken(step) {
      const told = lines(step, u.over.clientHeight / 3);
      return told ? [told.title, ...told.rows.map((row) => `${row.name}: ${row.text}`), told.more].filter(Boolean).join("; ") : "";
    }

    return { show, hide, spoken };
  }

  return { build };
})();
