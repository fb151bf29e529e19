// Colours of the maps: one hue, evenly more light or less, so that the order is seen by everybody, on
// paper and without colour. Light pages go from pale to dark, dark ones from dark to bright.
"use strict";

const ramp = (() => {
  // Anchors in sRGB; between them Oklab is interpolated (Ottosson 2020), in which equal steps look equal.
  const anchors = {
    light: ["#dbe9f6", "#94c4df", "#4a90c2", "#1c5c9c", "#08264d"],
    dark: ["#1d3247", "#1f5b8a", "#3d8fc4", "#8fc6e8", "#f2faff"],
    lightAlarm: ["#f9dcc8", "#eda87c", "#d5702f", "#a83c00", "#5f2000"],
    darkAlarm: ["#4a2815", "#8a4318", "#cf6b28", "#ff9d66", "#ffe9db"],
  };

  const toLinear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const toCoded = (c) => (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055);

  function toOklab(hex) {
    const [r, g, b] = [1, 3, 5].map((at) => toLinear(parseInt(hex.slice(at, at + 2), 16) / 255));
    const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return [
      0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
      1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
      0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
    ];
  }

  function toCss([lightness, a, b]) {
    const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
    const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
    const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
    const rgb = [
      4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
      -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
      -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
    ];
    return "#" + rgb.map((c) => Math.round(255 * Math.min(1, Math.max(0, toCoded(Math.max(0, c)))))
      .toString(16).padStart(2, "0")).join("");
  }

  // One colour a level from 1 to 51; level 0 has none.
  function colours(name) {
    const stops = anchors[name].map(toOklab);
    return Array.from({ length: 52 }, (_, level) => {
      if (level === 0) return null;
      const at = (level - 1) / 50 * (stops.length - 1), i = Math.min(stops.length - 2, Math.floor(at));
      return toCss(stops[i].map((from, k) => from + (stops[i + 1][k] - from) * (at - i)));
    });
  }

  const made = {};
  const get = (name) => made[name] || (made[name] = colours(name));
  const bright = () => document.documentElement.dataset.printing !== undefined || !theme.isDark();

  return {
    values: () => get(bright() ? "light" : "dark"),
    alarm: () => get(bright() ? "lightAlarm" : "darkAlarm"),
  };
})();
