import { crc32, deflateSync } from 'node:zlib';

type Colour = [red: number, green: number, blue: number];

/** A PNG whose points `paint` chooses, by their place from 0 to 1. */
export function png(width: number, height: number, paint: (x: number, y: number) => Colour): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows.set(paint(x / width, y / height).map(Math.round), y * (1 + width * 3) + 1 + x * 3);
  }
  const part = (name: string, body: Buffer): Buffer => {
    const named = Buffer.concat([Buffer.from(name), body]);
    const out = Buffer.alloc(named.length + 8);
    out.writeUInt32BE(body.length);
    named.copy(out, 4);
    out.writeUInt32BE(crc32(named), named.length + 4);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), part('IHDR', head), part('IDAT', deflateSync(rows)), part('IEND', Buffer.alloc(0))]);
}

const mix = (a: Colour, b: Colour, share: number): Colour => [0, 1, 2].map(n => (a[n] ?? 0) + ((b[n] ?? 0) - (a[n] ?? 0)) * Math.min(1, Math.max(0, share))) as Colour;

/** Hills under a low sun. */
export function landscape(width: number, height: number, sun = 0.68): Buffer {
  const ridges: [base: number, wave: number, colour: Colour][] = [[0.58, 2.2, [122, 110, 138]], [0.68, 3.7, [84, 88, 112]], [0.8, 5.1, [42, 58, 74]]];
  return png(width, height, (x, y) => {
    let out = mix([52, 82, 128], [250, 188, 124], y * 1.5);
    const distance = Math.hypot((x - sun) * (width / height), y - 0.42);
    out = distance < 0.075 ? [255, 244, 214] : mix([255, 226, 168], out, distance * 2.6);
    for (const [base, wave, colour] of ridges)
      if (y > base + 0.045 * Math.sin(x * wave * 2 + wave) + 0.025 * Math.sin(x * wave * 5)) out = mix(colour, [20, 30, 40], (y - base) * 0.8);
    return out;
  });
}
