import { encode } from 'fast-png';
import { heatRgb } from './heat-colors.ts';

/** A bucket of a chart: its label, a number; and its value, `null` where it is not known. */
export type ChartCell = { label: number; value: number | null };

/** Cells in rows of equal length; `undefined` is a place that no bucket has. */
export type ChartRows = readonly (readonly (ChartCell | undefined)[])[];

const cellPx = 40;
const gapPx = 3;
const marginPx = 14;
const legendPx = 30;
/** Digits of three by five dots, each row of a digit as three bits. */
const digits = ['75557', '26227', '71747', '71717', '55711', '74717', '74757', '71111', '75757', '75717'];
const dotPx = 2;

const white = 0xffffff;
const paleGrey = 0xeef1f5;
const grey = 0xc3cad3;
const darkGrey = 0x4a5563;

/**
 * Draws values as coloured cells with their labels, and the greatest value below: nobody is pale, the greatest value has
 * the hottest colour, what is not known is hatched.
 */
export function drawTimeChart(rows: ChartRows): Buffer {
  const columns = Math.max(1, ...rows.map((row) => row.length));
  const width = marginPx * 2 + columns * (cellPx + gapPx) - gapPx;
  const height = marginPx * 2 + rows.length * (cellPx + gapPx) - gapPx + legendPx;
  const canvas = new Canvas(width, height);
  const greatest = Math.max(0, ...rows.flat().map((cell) => cell?.value ?? 0));
  for (const [row, cells] of rows.entries()) {
    for (const [column, cell] of cells.entries()) {
      if (cell === undefined) continue;
      const x = marginPx + column * (cellPx + gapPx);
      const y = marginPx + row * (cellPx + gapPx);
      drawCell(canvas, x, y, cell, greatest);
    }
  }
  drawLegend(canvas, marginPx, height - marginPx - cellPx / 2 + gapPx, greatest);
  return canvas.png();
}

function drawCell(canvas: Canvas, x: number, y: number, { label, value }: ChartCell, greatest: number): void {
  const color = colorOf(value, greatest);
  canvas.fill(x, y, cellPx, cellPx, color);
  if (value === null) canvas.hatch(x, y, cellPx, cellPx, grey);
  canvas.number(x + 4, y + 4, label, isDark(color) ? white : darkGrey);
}

function colorOf(value: number | null, greatest: number): number {
  if (value === null) return white;
  return value === 0 ? paleGrey : heatRgb((value - 1) / Math.max(1, greatest - 1));
}

function drawLegend(canvas: Canvas, x: number, y: number, greatest: number): void {
  const steps = 22;
  for (let step = 0; step < steps; step += 1) canvas.fill(x + step * 4, y, 4, 10, heatRgb(step / (steps - 1)));
  canvas.number(x + steps * 4 + 6, y, greatest, darkGrey);
}

/** By how bright the eye takes it (ITU-R BT.601). */
const isDark = (rgb: number): boolean =>
  0.299 * (rgb >>> 16) + 0.587 * ((rgb >>> 8) & 0xff) + 0.114 * (rgb & 0xff) < 140;

class Canvas {
  readonly #width: number;
  readonly #height: number;
  readonly #data: Uint8Array;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.#data = new Uint8Array(width * height * 3).fill(0xff);
  }

  fill(x: number, y: number, width: number, height: number, rgb: number): void {
    for (let row = y; row < y + height; row += 1) {
      for (let column = x; column < x + width; column += 1) this.#set(column, row, rgb);
    }
  }

  hatch(x: number, y: number, width: number, height: number, rgb: number): void {
    for (let row = y; row < y + height; row += 1) {
      for (let column = x; column < x + width; column += 1) {
        if ((column + row) % 8 < 2) this.#set(column, row, rgb);
      }
    }
  }

  number(x: number, y: number, value: number, rgb: number): void {
    for (const [place, digit] of [...String(value)].entries()) {
      for (const [row, bits] of [...(digits[Number(digit)] ?? '')].entries()) {
        for (let column = 0; column < 3; column += 1) {
          if ((Number(bits) & (4 >> column)) === 0) continue;
          this.fill(x + (place * 4 + column) * dotPx, y + row * dotPx, dotPx, dotPx, rgb);
        }
      }
    }
  }

  png(): Buffer {
    return Buffer.from(encode({ width: this.#width, height: this.#height, data: this.#data, channels: 3, depth: 8 }));
  }

  #set(x: number, y: number, rgb: number): void {
    if (x < 0 || y < 0 || x >= this.#width || y >= this.#height) return;
    this.#data.set([rgb >>> 16, (rgb >>> 8) & 0xff, rgb & 0xff], (y * this.#width + x) * 3);
  }
}
