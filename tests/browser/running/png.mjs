// Makes the PNG of a screenshot small: 256 colours are enough for flat surfaces and the edges of
// letters.

import { crc32, deflateSync } from "node:zlib";

const COLOURS = 256;
/** Number of colours that are chosen by frequency. Each of the others is the one with the largest error so far. */
const FREQUENT = 64;

/** Returns the same picture with a palette. The browser that has taken it decodes it. */
export async function squeeze(page, png) {
  const { width, height, pixels } = await page.evaluate(decode, png.toString("base64"));
  const rgba = Buffer.from(pixels, "base64");
  const counts = new Map();
  for (let i = 0; i < rgba.length; i += 4) counts.set(rgba.readUIntBE(i, 3), (counts.get(rgba.readUIntBE(i, 3)) ?? 0) + 1);
  const { palette, nearest } = choose([...counts].sort(([, a], [, b]) => b - a));
  // Each row begins with the number of its filter: 0, for no filter.
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = nearest.get(rgba.readUIntBE((y * width + x) * 4, 3));
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("PLTE", Buffer.from(palette.flatMap(parts))),
    chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })), chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Decodes a PNG into its pixels. Runs in the page. */
async function decode(base64) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  canvas.drawImage(bitmap, 0, 0);
  const { data } = canvas.getImageData(0, 0, bitmap.width, bitmap.height);
  let text = "";
  for (let i = 0; i < data.length; i += 8192) text += String.fromCharCode(...data.subarray(i, i + 8192));
  return { width: bitmap.width, height: bitmap.height, pixels: btoa(text) };
}

/** Returns a palette, and the index of its nearest entry for each colour. `counted` has the colours with their frequencies. */
function choose(counted) {
  const colours = counted.map(([colour, count]) => ({ colour, count, parts: parts(colour), entry: 0, far: Infinity }));
  const palette = [];
  while (palette.length < Math.min(COLOURS, colours.length)) {
    const next = palette.length < FREQUENT ? colours[palette.length] : colours.reduce((worst, one) => (one.far * one.count > worst.far * worst.count ? one : worst));
    for (const one of colours) {
      const far = one.parts.reduce((sum, part, i) => sum + (part - next.parts[i]) ** 2, 0);
      if (far < one.far) Object.assign(one, { far, entry: palette.length });
    }
    palette.push(next.colour);
  }
  return { palette, nearest: new Map(colours.map(({ colour, entry }) => [colour, entry])) };
}

function parts(colour) {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const ends = [Buffer.alloc(4), Buffer.alloc(4)];
  ends[0].writeUInt32BE(data.length);
  ends[1].writeUInt32BE(crc32(body));
  return Buffer.concat([ends[0], body, ends[1]]);
}
