// PNG as Chromium writes it (8 bits, not interlaced) to pixels, and how far two differ. No package, because this is all it takes.
import { inflateSync } from 'node:zlib';

/** {width, height, channels, data}. */
export function decode(bytes) {
  let at = 8;
  let head;
  const parts = [];
  while (at < bytes.length) {
    const size = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const body = bytes.subarray(at + 8, at + 8 + size);
    if (type === 'IHDR') head = { width: body.readUInt32BE(0), height: body.readUInt32BE(4), depth: body[8], colour: body[9], interlaced: body[12] };
    if (type === 'IDAT') parts.push(body);
    at += size + 12;
  }
  const channels = { 2: 3, 6: 4 }[head.colour];
  if (!channels || head.depth !== 8 || head.interlaced) throw new Error('a PNG of another sort than Chromium writes');
  const raw = inflateSync(Buffer.concat(parts));
  const row = head.width * channels;
  const data = Buffer.alloc(row * head.height);
  for (let y = 0; y < head.height; y++) {
    const filter = raw[y * (row + 1)];
    for (let x = 0; x < row; x++) {
      const a = x >= channels ? data[y * row + x - channels] : 0;
      const b = y ? data[(y - 1) * row + x] : 0;
      const c = x >= channels && y ? data[(y - 1) * row + x - channels] : 0;
      const p = a + b - c;
      const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
      const paeth = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
      data[y * row + x] = raw[y * (row + 1) + 1 + x] + [0, a, b, (a + b) >> 1, paeth][filter];
    }
  }
  return { width: head.width, height: head.height, channels, data };
}

/** The share of pixels that differ by more than what smoothing does; 1 for pictures of different size. */
export function difference(one, two) {
  const [a, b] = [decode(one), decode(two)];
  if (a.width !== b.width || a.height !== b.height || a.channels !== b.channels) return 1;
  let differ = 0;
  for (let at = 0; at < a.data.length; at += a.channels) {
    if (Math.max(Math.abs(a.data[at] - b.data[at]), Math.abs(a.data[at + 1] - b.data[at + 1]), Math.abs(a.data[at + 2] - b.data[at + 2])) > 32) differ++;
  }
  return differ / (a.width * a.height);
}
