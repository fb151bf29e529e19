// Reads what sim/report/packed.cpp wrote.
"use strict";

const packed = (() => {
  function bytes(text) {
    const binary = atob(text);
    const out = new Uint8Array(binary.length);
    for (let i = 0; i < out.length; ++i) out[i] = binary.charCodeAt(i);
    return out;
  }

  // Differences of seven bits a byte, the lowest first. Beyond 2^31, so no shifts.
  function steps(text) {
    const out = [];
    let step = 0, number = 0, place = 1;
    for (const byte of bytes(text)) {
      number += (byte & 127) * place;
      place *= 128;
      if (byte >= 128) continue;
      step += number;
      out.push(step);
      number = 0;
      place = 1;
    }
    return out;
  }

  function values(text, wide) {
    const raw = new DataView(bytes(text).buffer);
    const out = new Array(raw.byteLength / (wide ? 8 : 4));
    for (let i = 0; i < out.length; ++i) out[i] = wide ? raw.getFloat64(8 * i, true) : raw.getFloat32(4 * i, true);
    return out;
  }

  // Levels from 0 to 51.
  function shares(text, size) {
    const out = new Uint8Array(size);
    let at = 0;
    for (const [, letter, repeats] of text.matchAll(/([A-Za-z])(\d*)/g)) {
      const code = letter.charCodeAt(0), level = code < 97 ? code - 65 : code - 71;
      const end = at + 1 + Number(repeats);
      if (level > 0) out.fill(level, at, end);
      at = end;
    }
    return out;
  }

  // The share in the middle of a level; the first and the last are exactly nothing and everything.
  const share = (level) => (level === 0 ? 0 : level === 51 ? 1 : ((level - 0.5) / 50) ** 2);

  // A curve's points, unpacked when they are first asked for.
  function points(curve) {
    if (!curve.points) {
      curve.points = { x: steps(curve.x), y: curve.y === undefined ? null : values(curve.y, curve.wide) };
      delete curve.x;
      delete curve.y;
    }
    return curve.points;
  }

  return { steps, values, shares, share, points };
})();
