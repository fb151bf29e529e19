// The maps of exponents of a page: which tensor, which two runs beside each other, and all tensors of a
// run at a glance. Its data is parsed when somebody comes near it.
"use strict";

const maps = (() => {
  const holder = document.getElementById("maps");
  if (!holder) return { prepare: () => {}, redraw: () => {} };
  const choosers = document.getElementById("choosers"), overview = document.getElementById("overview");
  const chosen = { id: 0, runs: [] };
  let data = null, figures = [];

  const key = (map) => map.v + "/" + map.s;
  const runs = () => [...new Map(data.maps.map((map) => [key(map), map])).values()];
  const find = (run, id) => data.maps.find((map) => key(map) === run && map.id === id);
  const title = (id) => data.ids[id].join(" ");

  function parse() {
    data = JSON.parse(document.getElementById("map-data").textContent);
    for (const map of data.maps) map.limits = data.limits[map.v][data.ids[map.id][0]];
    const { worst } = data, all = runs();
    chosen.id = worst ? worst[1] : data.maps[0].id;
    const one = all.find((run) => worst && run.v === worst[0] && find(key(run), chosen.id)) || all[0];
    // Beside it the base; beside the base the first run that keeps the tensor in another format.
    const others = all.filter((run) => run.s === one.s && run.v !== one.v && find(key(run), chosen.id));
    const format = (run) => find(key(run), chosen.id)?.limits?.format;
    const other = one.v !== 0 ? others.find((run) => run.v === 0) : others.find((run) => format(run) !== format(one)) || others[0];
    chosen.runs = [one, other].filter(Boolean).sort((a, b) => a.v - b.v).map(key);
  }

  function chooser(label, options, value, choose) {
    const select = words.element("select");
    for (const [group, members] of options) {
      const into = group === null ? select : words.element("optgroup", { label: group });
      for (const [name, text] of members) into.append(words.element("option", { value: name }, text));
      if (group !== null) select.append(into);
    }
    select.value = value;
    select.addEventListener("change", () => choose(select.value));
    return words.element("label", {}, label + " ", select);
  }

  function fillChoosers() {
    const roles = new Map();
    data.ids.forEach(([role, tensor], id) => roles.set(role, [...(roles.get(role) || []), [id, `${role} · ${tensor}`]]));
    const named = runs().map((run) => [key(run), words.runAndSeed(run)]);
    const tensor = chooser("Tensor", [...roles], chosen.id, (value) => { chosen.id = Number(value); draw(); });
    const left = chooser("Run", [[null, named]], chosen.runs[0], (value) => { chosen.runs[0] = value; draw(); });
    const members = [tensor, left];
    if (named.length > 1) {
      members.push(chooser("beside", [[null, [["", "nothing"], ...named]]], chosen.runs[1] || "", (value) => {
        chosen.runs = value ? [chosen.runs[0], value] : [chosen.runs[0]];
        draw();
      }));
    }
    choosers.replaceChildren(...members, legend());
    choosers.hidden = false;
  }

  // Shares and their colours.
  function legend() {
    const bar = words.element("span", { class: "legend", "aria-hidden": "true" });
    for (const [share, text] of [[0.001, "0.1 %"], [0.01, "1 %"], [0.1, "10 %"], [0.5, "50 %"], [1, "100 %"]]) {
      const swatch = words.element("i");
      swatch.style.background = ramp.values()[Math.min(51, 1 + Math.floor(Math.sqrt(share) * 50))];
      bar.append(words.element("span", {}, swatch, text));
    }
    return bar;
  }

  function figure(run, bounds) {
    const map = find(run, chosen.id), sample = runs().find((other) => key(other) === run);
    const heading = words.element("h4", {}, words.element("i", { class: "swatch", "data-variant": sample.v }), words.name(words.runAndSeed(sample)), ": ",
      words.element("code", {}, data.ids[chosen.id][0]), " ", words.name(data.ids[chosen.id][1]));
    const made = words.element("figure", { class: "map" }, words.element("figcaption", {}, heading));
    if (!map) {
      made.append(words.element("p", { class: "quiet" }, "This run has no such tensor, or its map has no room on this page."));
      return made;
    }
    if (map.limits) heading.append(" ", words.element("span", { class: "seed" }, map.limits.format));
    const text = exponents.describe(map);
    const drawing = words.element("div", { class: "drawing", role: "img", "aria-label": `Exponents of ${title(chosen.id)} by step. ${text}` });
    const plot = words.element("div", { class: "plot" }, drawing);
    made.append(plot, words.element("p", { class: "key" }, text));
    const events = () => view.shownEvents().filter((event) => event.v === map.v && event.s === map.s);
    const slot = charts.add(plot, {
      build: (into, width, s) => mapPlots.build(map, bounds, into, width, s, events),
      height: mapPlots.height, events,
    });
    figures.push(slot);
    return made;
  }

  function draw() {
    figures.forEach(charts.remove);
    figures = [];
    const shown = chosen.runs.map((run) => find(run, chosen.id)).filter(Boolean);
    const bounds = exponents.frame(shown.map(exponents.unpack));
    holder.classList.toggle("pair", chosen.runs.length > 1);
    holder.replaceChildren(...chosen.runs.map((run) => figure(run, bounds)));
    page.fillSwatches(holder);
    figures.forEach(charts.watch);
    figures.forEach(charts.raise);
    drawOverview();
  }

  const visible = new IntersectionObserver((entries) => entries.forEach((entry) => {
    if (!entry.isIntersecting) return;
    visible.unobserve(entry.target);
    mapPlots.drawSmall(entry.target, entry.target.map);
  }), { rootMargin: "200px 0px" });

  // Every tensor of the first run, small; pressing one shows it large.
  function drawOverview() {
    const run = chosen.runs[0], roles = [...new Set(data.ids.map(([role]) => role))];
    const rank = (map) => roles.indexOf(data.ids[map.id][0]);
    const all = data.maps.filter((map) => key(map) === run).sort((a, b) => rank(a) - rank(b));
    overview.hidden = all.length < 2;
    if (overview.hidden) return;
    const tiles = all.map((map) => {
      const canvas = words.element("canvas", { "aria-hidden": "true" });
      canvas.map = map;
      const tile = words.button([canvas, words.element("code", {}, data.ids[map.id][0]), " ", words.name(data.ids[map.id][1])],
        map.id === chosen.id, () => { chosen.id = map.id; fillChoosers(); draw(); overview.querySelector('[aria-pressed="true"]').focus(); });
      return tile;
    });
    const name = words.runAndSeed(all[0]);
    overview.replaceChildren(words.element("h3", { class: "group" }, "All tensors of ", words.name(name)), words.element("div", { class: "tiles" }, ...tiles));
    overview.querySelectorAll("canvas").forEach((canvas) => visible.observe(canvas));
  }

  // A row of the table of losses leads to its map.
  function linkRows() {
    for (const row of document.querySelectorAll("table.losses tbody tr")) {
      const id = data.ids.findIndex(([role, tensor]) => role === row.dataset.role && tensor === row.dataset.tensor);
      const map = data.maps.find((other) => other.id === id && other.v === Number(row.dataset.variant));
      if (!map) continue;
      const cell = row.querySelector("th");
      const link = words.button([...cell.childNodes], null, () => {
        chosen.id = id;
        chosen.runs[0] = key(map);
        if (chosen.runs[1] === chosen.runs[0]) chosen.runs.pop();
        fillChoosers();
        draw();
        holder.scrollIntoView({ block: "start" });
      });
      link.className = "to-map";
      link.title = "Show where its values lie";
      cell.replaceChildren(link);
    }
  }

  function prepare() {
    if (data) return;
    parse();
    fillChoosers();
    linkRows();
    draw();
  }

  // Before printing, and after a change of theme or type.
  function redraw() {
    if (!data) return;
    fillChoosers();
    overview.querySelectorAll("canvas").forEach((canvas) => mapPlots.drawSmall(canvas, canvas.map));
  }

  // Two screens away is near enough to begin.
  const soon = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    soon.disconnect();
    prepare();
  }, { rootMargin: "1500px 0px" });
  requestAnimationFrame(() => setTimeout(() => soon.observe(holder.parentElement)));

  return { prepare, redraw };
})();
