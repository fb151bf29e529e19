// Numbers and names as people read them, and elements to put them in.
"use strict";

const words = (() => {
  // 0.000123 as 1.23e-4, but 12.5 as it is.
  function number(value) {
    if (value === null || value === undefined) return "–";
    if (Number.isNaN(value)) return "NaN";
    if (!Number.isFinite(value)) return value < 0 ? "−∞" : "∞";
    const size = Math.abs(value);
    if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(3);
    return String(Number(value.toPrecision(5)));
  }

  const superscript = (exponent) =>
    String(exponent).replace("-", "⁻").replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);
  const power = (base, exponent) => base + superscript(exponent);

  function percent(share) {
    if (share === 0) return "none";
    const value = 100 * share;
    return (value < 0.1 ? "under 0.1" : value < 10 ? value.toPrecision(2) : String(Math.round(value))) + " %";
  }

  const step = (value) => Math.round(value).toLocaleString("en");

  // "adam · 2"; without the seed where there is only one.
  const run = (item) => view.data.variants[item.v] + (view.data.seeds.length > 1 ? " · " + item.s : "");

  // The same in a sentence.
  const runAndSeed = (item) => view.data.variants[item.v] + (view.data.seeds.length > 1 ? ", seed " + item.s : "");

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (value === null || value === undefined) continue;
      if (key === "class") made.className = value; else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  function button(children, pressed, action) {
    const made = element("button", { type: "button", "aria-pressed": pressed === null ? null : String(pressed) });
    made.append(...[].concat(children));
    made.addEventListener("click", () => action(made));
    return made;
  }

  function group(name, ...members) {
    return element("div", { role: "group", "aria-label": name }, ...members);
  }

  // Names are set apart from the text around them, whichever way they run.
  const name = (text) => element("bdi", {}, text);

  return { number, superscript, power, percent, step, run, runAndSeed, element, button, group, name };
})();
