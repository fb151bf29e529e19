// The controls of a page: theme, guessing, and, where there are charts, which runs they show and how.
"use strict";

(() => {
  const root = document.documentElement;
  const find = (id) => document.getElementById(id);
  const drawn = typeof charts !== "undefined" && charts.data.panels.length > 0;

  function button(text, pressed, action) {
    const made = document.createElement("button");
    made.type = "button";
    made.append(...[].concat(text));
    if (pressed !== null) made.setAttribute("aria-pressed", String(pressed));
    made.addEventListener("click", () => action(made));
    return made;
  }

  // Light or dark: the system's choice until somebody presses the button.
  const theme = find("theme");
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches);
  function themeChanged() {
    theme.textContent = isDark() ? "Light" : "Dark";
    if (drawn) charts.draw();
  }
  theme.hidden = false;
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    themeChanged();
  });
  prefersDark.addEventListener("change", themeChanged);

  // For a room that guesses first. `report.html#guess` opens the page that way.
  const hide = find("hide-outcome");
  if (hide) {
    const guess = (on) => {
      root.classList.toggle("guessing", on);
      hide.textContent = on ? "Show the outcome" : "Hide the outcome while guessing";
      if (!on && drawn) charts.resize();
    };
    hide.hidden = false;
    hide.addEventListener("click", () => guess(!root.classList.contains("guessing")));
    if (location.hash === "#guess") guess(true);
  }

  function swatch(variant) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 28 8");
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
    for (const [key, value] of Object.entries({ x1: 1, x2: 27, y1: 4, y2: 4, "stroke-dasharray": charts.dash(variant).join(" ") }))
      line.setAttribute(key, value);
    line.style.stroke = `var(--c${variant % 8})`;
    svg.append(line);
    return svg;
  }

  function group(name, ...members) {
    const made = document.createElement("div");
    made.setAttribute("role", "group");
    made.setAttribute("aria-label", name);
    made.append(...members);
    return made;
  }

  // A button a value of `all`; pressed while the value is in `shown`.
  function toggles(name, all, shown, text) {
    return group(name, ...all.map((value) => button(text(value), true, (made) => {
      const on = !shown.has(value);
      if (on) shown.add(value); else shown.delete(value);
      made.setAttribute("aria-pressed", String(on));
      charts.show();
    })));
  }

  function fillToolbar(toolbar) {
    const { data, state } = charts;
    toolbar.append(toggles("Runs", [...data.variants.keys()], state.shownVariants, (v) => [swatch(v), data.variants[v]]));
    if (data.seeds.length > 1)
      toolbar.append(toggles("Seeds", data.seeds, state.shownSeeds, (seed) => "seed " + seed));
    toolbar.append(group("Steps",
      button("Log steps", false, (made) => {
        state.logSteps = !state.logSteps;
        made.setAttribute("aria-pressed", String(state.logSteps));
        charts.draw();
      }),
      button("Reset zoom", null, () => charts.reset())));
    toolbar.hidden = false;
  }

  function valueAxisButtons() {
    for (const made of document.querySelectorAll("button.y-axis")) {
      const index = Number(made.dataset.plot);
      const write = () => { made.textContent = charts.state.logValues[index] ? "log y" : "linear y"; };
      made.title = "Switch this axis between logarithmic and linear";
      made.addEventListener("click", () => {
        charts.state.logValues[index] = !charts.state.logValues[index];
        write();
        charts.draw();
      });
      write();
      made.hidden = false;
    }
  }

  if (drawn) {
    fillToolbar(find("toolbar"));
    valueAxisButtons();
    addEventListener("resize", () => requestAnimationFrame(charts.resize));
    addEventListener("beforeprint", () => {
      root.dataset.printing = "";
      charts.draw(660);
    });
    addEventListener("afterprint", () => {
      delete root.dataset.printing;
      charts.draw();
    });
  }
  themeChanged();
})();
