import { encodePng } from './encode-png.ts';

/** A rectangle; in ten-thousandths of the panorama where messages speak of it, in pixels on a canvas. */
export type Box = { x: number; y: number; width: number; height: number };

export type Canvas = {
  width: number;
  height: number;
  rectangle(box: Box, colour: number): void;
  ellipse(box: Box, colour: number): void;
  outline(box: Box, colour: number, thickness: number): void;
  /** Writes capitals, digits, `:` and `-` into a box of that height; any other character becomes a block. */
  write(text: string, box: Box, colour: number): void;
  toPng(comment: string): Buffer;
};

/** Letters of three by five dots: five rows of three bits each, one octal digit per row. */
const glyphs: Readonly<Record<string, string>> = {
  0: '75557',
  1: '26227',
  2: '71747',
  3: '71717',
  4: '55711',
  5: '74717',
  6: '74757',
  7: '71111',
  8: '75757',
  9: '75717',
  A: '25755',
  B: '65656',
  C: '74447',
  D: '65556',
  E: '74747',
  F: '74744',
  G: '74557',
  H: '55755',
  I: '72227',
  J: '11157',
  K: '55655',
  L: '44447',
  M: '57755',
  N: '65555',
  O: '75557',
  P: '75744',
  Q: '75571',
  R: '75655',
  S: '34216',
  T: '72222',
  U: '55557',
  V: '55552',
  W: '55775',
  X: '55255',
  Y: '55722',
  Z: '71247',
  ':': '02020',
  '-': '00700',
  ' ': '00000',
};
const block = '77777';
const glyphWidth = 3;
const glyphHeight = 5;
const maxColours = 256;

/** A picture to draw on, in pixels; what lies outside is cut off. Colours are 0xRRGGBB, 256 different ones at most. */
export function createCanvas(width: number, height: number): Canvas {
  const pixels = new Uint8Array(width * height);
  const palette: number[] = [];
  const indexes = new Map<number, number>();

  function indexOf(colour: number): number {
    const known = indexes.get(colour);
    if (known !== undefined) return known;
    if (palette.length === maxColours) throw new RangeError(`a canvas has ${maxColours} colours at most`);
    indexes.set(colour, palette.length);
    return palette.push(colour) - 1;
  }

  function fillRow(y: number, fromX: number, toX: number, index: number): void {
    if (y < 0 || y >= height) return;
    const from = Math.max(0, Math.round(fromX));
    const to = Math.min(width, Math.round(toX));
    if (from < to) pixels.fill(index, y * width + from, y * width + to);
  }

  function rectangle(box: Box, colour: number): void {
    const index = indexOf(colour);
    for (let y = Math.round(box.y); y < Math.round(box.y + box.height); y += 1)
      fillRow(y, box.x, box.x + box.width, index);
  }

  return {
    width,
    height,
    rectangle,
    ellipse(box, colour) {
      const index = indexOf(colour);
      const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      for (let y = Math.round(box.y); y < Math.round(box.y + box.height); y += 1) {
        const part = (y + 0.5 - centre.y) / (box.height / 2);
        const half = (box.width / 2) * Math.sqrt(Math.max(0, 1 - part * part));
        fillRow(y, centre.x - half, centre.x + half, index);
      }
    },
    outline(box, colour, thickness) {
      rectangle({ ...box, height: thickness }, colour);
      rectangle({ ...box, y: box.y + box.height - thickness, height: thickness }, colour);
      rectangle({ ...box, width: thickness }, colour);
      rectangle({ ...box, x: box.x + box.width - thickness, width: thickness }, colour);
    },
    write(text, box, colour) {
      const dot = { width: box.width / (text.length * (glyphWidth + 1) - 1), height: box.height / glyphHeight };
      for (const [position, character] of [...text].entries()) {
        for (const [row, bits] of [...(glyphs[character] ?? block)].entries()) {
          for (let column = 0; column < glyphWidth; column += 1) {
            if ((Number(bits) & (4 >> column)) === 0) continue;
            const x = box.x + (position * (glyphWidth + 1) + column) * dot.width;
            rectangle({ x, y: box.y + row * dot.height, ...dot }, colour);
          }
        }
      }
    },
    toPng: (comment) => encodePng({ width, height, pixels, palette, comment }),
  };
}
