import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { heatColor } from '#lib/heatmaps/heat-colors.ts';
import { gridRows, readSpaceHeatmap, spaceHeatmapPng } from '#lib/heatmaps/space-heatmap.ts';
import { type ChartRows, drawTimeChart } from '#lib/heatmaps/time-chart.ts';

const argb = z.tuple([z.number(), z.number(), z.number(), z.number()]);
/** The appendix of the reference as data: what its algorithm does, and vectors. */
const reference = z
  .object({
    boundaries: z.array(z.number()),
    argb: z.array(argb),
    test_vectors: z.array(z.object({ value: z.number(), argb_int: z.number() })),
  })
  .parse(JSON.parse(readFileSync(new URL('../fixtures/heatmap.json', import.meta.url), 'utf8')));

/** The algorithm of 20.3, step by step. */
function colorByReference(value: number): number {
  const band = reference.boundaries.findIndex((boundary) => value < boundary);
  const [, red = 0, green = 0, blue = 0] = reference.argb[band] ?? [];
  return band === 0 ? 0 : 0x55000000 + red * 65_536 + green * 256 + blue;
}

const pixelOf = (png: Buffer, x: number, y: number): number[] => {
  const { data, width, channels } = decode(png);
  const at = (y * width + x) * channels;
  return Array.from(data.slice(at, at + channels), Number);
};

describe('heatColor', () => {
  it.each(reference.test_vectors)('is $argb_int for $value', ({ value, argb_int }) => {
    expect(heatColor(value)).toBe(argb_int);
  });

  it('follows the algorithm of the reference for every value', () => {
    for (let value = 0; value < 256; value += 1) expect(heatColor(value), String(value)).toBe(colorByReference(value));
  });
});

describe('readSpaceHeatmap', () => {
  const reply = (width: number, height: number, bytes: Uint8Array) => ({
    width,
    height,
    rawbase64: Buffer.from(bytes).toString('base64'),
  });

  it.each([
    { title: 'no size', input: { width: 0, height: 0, rawbase64: '' }, reason: 'empty' },
    { title: 'no content', input: { width: 4, height: 4, rawbase64: ' ' }, reason: 'empty' },
    { title: 'a value too few', input: reply(2, 2, new Uint8Array(3)), reason: 'wrong-length: 3 in place of 4' },
    { title: 'a value too many', input: reply(2, 2, new Uint8Array(5)), reason: 'wrong-length: 5 in place of 4' },
    { title: 'a size beyond any camera', input: reply(9000, 1, new Uint8Array(9000)), reason: 'odd-size: 9000 x 1' },
    { title: 'a broken size', input: reply(1.5, 2, new Uint8Array(3)), reason: 'odd-size: 1.5 x 2' },
    { title: 'what is no base64', input: { width: 1, height: 1, rawbase64: '<html>' }, reason: 'no-base64' },
  ])('says what is odd about $title', ({ input, reason }) => {
    expect(readSpaceHeatmap(input)).toEqual({ reason });
  });

  it('reads base64 in lines', () => {
    const bytes = Uint8Array.from({ length: 60 }, (_, index) => index * 4);
    const { rawbase64 } = reply(10, 6, bytes);
    const grid = readSpaceHeatmap({ width: 10, height: 6, rawbase64: rawbase64.replaceAll(/(.{20})/g, '$1\r\n') });
    expect(grid).toEqual({ width: 10, height: 6, values: Buffer.from(bytes) });
  });

  it('keeps every value in its place, in rows and in the picture', () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }));
    const grids = sizes.chain(([width, height]) =>
      fc
        .uint8Array({ minLength: width * height, maxLength: width * height })
        .map((values) => ({ width, height, values })),
    );
    fc.assert(
      fc.property(grids, ({ width, height, values }) => {
        const grid = readSpaceHeatmap(reply(width, height, values));
        if ('reason' in grid) throw new Error(grid.reason);
        expect(gridRows(grid).flat()).toEqual([...values]);
        const picture = decode(spaceHeatmapPng(grid));
        expect([picture.width, picture.height, picture.channels]).toEqual([width, height, 4]);
        const expected = [...values].flatMap((value) => {
          const color = colorByReference(value);
          return [(color >>> 16) & 255, (color >>> 8) & 255, color & 255, color >>> 24];
        });
        expect([...picture.data]).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });
});

describe('drawTimeChart', () => {
  const row = (...values: (number | null | undefined)[]): ChartRows[number] =>
    values.map((value, label) => (value === undefined ? undefined : { label, value }));
  /** The middle of a cell, clear of its label. */
  const cell = (column: number, line = 0): [number, number] => [14 + column * 43 + 30, 14 + line * 43 + 30];

  it('has a place of the same size for every bucket', () => {
    const { width, height } = decode(drawTimeChart([row(...Array<number>(24).fill(1))]));
    expect([width, height]).toEqual([14 * 2 + 24 * 43 - 3, 14 * 2 + 40 + 30]);
    expect(decode(drawTimeChart([row(1, 2), row(3, 4)])).height - height).toBe(43);
  });

  it('shows nobody, not known and no bucket as three different things', () => {
    const png = drawTimeChart([row(0, null, undefined, 7)]);
    expect(pixelOf(png, ...cell(0))).toEqual([0xee, 0xf1, 0xf5]);
    expect(pixelOf(png, ...cell(2))).toEqual([255, 255, 255]);
    expect(pixelOf(png, ...cell(3))).toEqual([255, 0, 0]);
    const hatched = new Set(
      Array.from({ length: 8 }, (_, step) => pixelOf(png, cell(1)[0] - step, cell(1)[1]).join(',')),
    );
    expect(hatched).toEqual(new Set(['255,255,255', '195,202,211']));
  });

  it('colours by the greatest value of the chart', () => {
    const png = drawTimeChart([row(1, 50, 100)]);
    expect(pixelOf(png, ...cell(0))).toEqual([0, 0, 255]);
    expect(pixelOf(png, ...cell(2))).toEqual([255, 0, 0]);
    expect(pixelOf(drawTimeChart([row(1, 50, 1000)]), ...cell(1))).not.toEqual(pixelOf(png, ...cell(1)));
  });

  it('is the same bytes for the same values', () => {
    expect(drawTimeChart([row(1, null, 3)]).equals(drawTimeChart([row(1, null, 3)]))).toBe(true);
    expect(drawTimeChart([row(1, null, 3)]).equals(drawTimeChart([row(1, null, 4)]))).toBe(false);
  });

  it('can draw a chart of zeros, and one of nothing', () => {
    expect(decode(drawTimeChart([row(0, 0)])).width).toBeGreaterThan(0);
    expect(decode(drawTimeChart([])).width).toBeGreaterThan(0);
  });
});
