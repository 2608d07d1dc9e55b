import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const MOST_COLOURS = 256;
/** In squares of steps, of which a channel has 256. */
const HARDLY_DIFFERENT = 40;

/**
 * A PNG as Chromium writes it (8 bits of red, green and blue, not interlaced), with the 256 colours that serve it best
 * in the place of all others: about a third of the size, for a picture of text. Throws for any other format.
 * https://www.w3.org/TR/png-3/
 */
export function shrinkPng(png: Buffer): Buffer {
  const chunks = readChunks(png);
  const header = Buffer.from(chunks.find(({ type }) => type === 'IHDR')?.data ?? []);
  const [width, height, format] = [header.readUInt32BE(0), header.readUInt32BE(4), header.subarray(8).toString('hex')];
  if (format !== '0802000000') throw new Error(`This PNG is of another format than expected: ${format}`);
  const data = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map((chunk) => chunk.data));
  const pixels = unfilter(inflateSync(data), width * 3);

  const palette = choosePalette(pixels);
  const nearest = new Map<number, number>();
  const indexes = Buffer.alloc((width + 1) * height);
  for (let n = 0; n < width * height; n++) {
    const colour = pixels.readUIntBE(n * 3, 3);
    let index = nearest.get(colour);
    if (index === undefined) {
      index = findNearest(colour, palette);
      nearest.set(colour, index);
    }
    indexes[n + Math.floor(n / width) + 1] = index;
  }
  header[9] = 3; // Colours are indexes into the palette.
  return Buffer.concat([
    SIGNATURE,
    writeChunk('IHDR', header),
    writeChunk('PLTE', Buffer.from(palette.flatMap(channels))),
    writeChunk('IDAT', deflateSync(indexes, { level: 9 })),
    writeChunk('IEND', Buffer.alloc(0)),
  ]);
}

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

function readChunks(png: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
}

function writeChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}

/** Takes the filters off the lines, each of which begins with the number of its own. https://www.w3.org/TR/png-3/#9Filters */
function unfilter(filtered: Buffer, lineLength: number): Buffer {
  const lines = filtered.length / (lineLength + 1);
  const pixels = Buffer.alloc(lineLength * lines);
  for (let y = 0; y < lines; y++) {
    const filter = filtered[y * (lineLength + 1)];
    for (let x = 0; x < lineLength; x++) {
      const at = y * lineLength + x;
      const left = x < 3 ? 0 : (pixels[at - 3] ?? 0);
      const up = y === 0 ? 0 : (pixels[at - lineLength] ?? 0);
      const corner = x < 3 || y === 0 ? 0 : (pixels[at - lineLength - 3] ?? 0);
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0] ?? 0;
      pixels[at] = (filtered[at + y + 1] ?? 0) + guess;
    }
  }
  return pixels;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

/** The most frequent colours, passing over those that hardly differ from one chosen already. */
function choosePalette(pixels: Buffer): number[] {
  const counts = new Map<number, number>();
  for (let at = 0; at < pixels.length; at += 3) {
    const colour = pixels.readUIntBE(at, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  const palette: number[] = [];
  for (const [colour] of sorted) {
    if (palette.length === MOST_COLOURS) break;
    if (palette.every((chosen) => distance(chosen, colour) > HARDLY_DIFFERENT)) palette.push(colour);
  }
  return palette;
}

function findNearest(colour: number, palette: readonly number[]): number {
  const distances = palette.map((candidate) => distance(candidate, colour));
  return distances.indexOf(Math.min(...distances));
}

function distance(one: number, other: number): number {
  const [red = 0, green = 0, blue = 0] = channels(one);
  const [r = 0, g = 0, b = 0] = channels(other);
  return (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
}

function channels(colour: number): number[] {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}
