// Light or dark, and the size of the type: what every page has. Others ask `theme` to be told.
"use strict";

const theme = (() => {
  const root = document.documentElement;
  const listeners = [];
  const changed = () => listeners.forEach((listener) => listener());

  // The system's choice until somebody presses the button.
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);
  const dark = document.getElementById("theme");
  function name() { dark.textContent = isDark() ? "Light" : "Dark"; }
  dark.hidden = false;
  dark.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    name();
    changed();
  });
  prefersDark.addEventListener("change", () => { name(); changed(); });
  name();

  // For a projector. `report.html#large-type` opens the page that way.
  const large = document.getElementById("large-type");
  if (large) {
    const set = (on) => {
      root.classList.toggle("large-type", on);
      large.setAttribute("aria-pressed", String(on));
    };
    set(location.hash.includes("large-type"));
    large.hidden = false;
    large.addEventListener("click", () => { set(!root.classList.contains("large-type")); changed(); });
  }

  return { isDark, onChange: (listener) => listeners.push(listener) };
})();
