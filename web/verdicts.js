// How a verdict looks: a colour of Okabe and Ito's, a texture and a letter, so that any one of the three will do.
"use strict";

const verdicts = (() => {
  const known = {
    trains: { colour: "--p0", letter: "T", texture: "plain" },
    diverged: { colour: "--p1", letter: "D", texture: "rising" },
    stuck: { colour: "--p2", letter: "S", texture: "dots" },
    scale_floor: { colour: "--p3", letter: "F", texture: "level" },
    raised: { colour: "--p4", letter: "R", texture: "crossed" },
    invalid: { colour: "--p5", letter: "I", texture: "falling" },
  };
  const others = ["--p6", "--p7", "--p8", "--p9"], textures = ["upright", "squared", "sparse", "falling"];
  let looks = null;

  // The letters of what the file names itself are the first of its letters that are free.
  function all(data) {
    if (looks) return looks;
    const taken = new Set(data.verdicts.map(({ name }) => known[name]?.letter).filter(Boolean));
    let more = 0;
    looks = data.verdicts.map(({ name }) => {
      if (known[name]) return known[name];
      const letter = [...(name + "abcdefghijklmnopqrstuvwxyz").toUpperCase()].find((c) => /\p{L}|\d/u.test(c) && !taken.has(c)) || "?";
      taken.add(letter);
      const look = { colour: others[more % 4], letter, texture: textures[more % 4] };
      ++more;
      return look;
    });
    return looks;
  }

  // Strokes of a tile of 8 by 8, in the page's ink.
  const strokes = {
    plain: [], rising: [[-2, 10, 10, -2]], falling: [[-2, -2, 10, 10]], level: [[0, 4, 8, 4]], upright: [[4, 0, 4, 8]],
    crossed: [[-2, 10, 10, -2], [-2, -2, 10, 10]], squared: [[0, 4, 8, 4], [4, 0, 4, 8]], sparse: [[-1, 4, 4, -1]],
  };
  const tiles = new Map();
  function tile(texture, ink, dot) {
    const key = texture + ink + dot;
    if (tiles.has(key)) return tiles.get(key);
    const size = Math.max(4, Math.round(7 * dot)), made = words.element("canvas", { width: size, height: size });
    const ctx = made.getContext("2d");
    ctx.scale(size / 8, size / 8);
    ctx.strokeStyle = ctx.fillStyle = ink;
    ctx.lineWidth = 1.1;
    for (const [x1, y1, x2, y2] of strokes[texture] || []) { ctx.beginPath(); ctx.moveTo(x1, y1); ctx.lineTo(x2, y2); ctx.stroke(); }
    if (texture === "dots") for (const [x, y] of [[2, 2], [6, 6]]) { ctx.beginPath(); ctx.arc(x, y, 1, 0, 7); ctx.fill(); }
    tiles.set(key, made);
    return made;
  }

  // Fills a rectangle: the texture, or where there is room the letter.
  function fill(ctx, look, left, top, width, height, dot) {
    const ink = axes.style("--p-ink");
    ctx.fillStyle = axes.style(look.colour);
    ctx.fillRect(left, top, width, height);
    if (width >= 15 * dot && height >= 14 * dot) {
      ctx.fillStyle = ink;
      ctx.font = axes.font(Math.min(11 * dot, 0.7 * height), 600);
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.fillText(look.letter, left + width / 2, top + height / 2 + 0.5 * dot);
    } else if (look.texture !== "plain") {
      ctx.save();
      ctx.globalAlpha = 0.5;
      ctx.fillStyle = ctx.createPattern(tile(look.texture, ink, dot), "repeat");
      ctx.fillRect(left, top, width, height);
      ctx.restore();
    }
  }

  // What is no verdict and no number: nothing was run, or no finite number came out.
  function special(ctx, kind, left, top, width, height, dot) {
    const loud = kind === "NaN" || kind === "infinite";
    ctx.fillStyle = loud ? axes.style("--p1") : axes.style("--raised");
    ctx.fillRect(left, top, width, height);
    if (kind === "none") return;
    const texture = { NaN: "crossed", infinite: "rising", missing: "sparse", absent: "falling" }[kind];
    ctx.save();
    ctx.globalAlpha = loud ? 0.6 : 0.45;
    ctx.fillStyle = ctx.createPattern(tile(texture, axes.style(loud ? "--p-ink" : "--quiet"), dot), "repeat");
    ctx.fillRect(left, top, width, height);
    ctx.restore();
  }

  return { all, fill, special };
})();
