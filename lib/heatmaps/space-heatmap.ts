import { encode } from 'fast-png';
import { heatColor } from './heat-colors.ts';

/** Heat of each pixel, 0 to 255, row by row from the top left. */
export type HeatGrid = { width: number; height: number; values: Uint8Array };

export type SpaceHeatmapReply = { width: number; height: number; rawbase64: string };

const largestSide = 8_192;

/**
 * Decodes what IVM answers (10.4.3). A picture without any size is an answer too: nobody was there.
 *
 * @returns the grid; or why there is none: `empty`, or what is odd about it
 */
export function readSpaceHeatmap(reply: SpaceHeatmapReply): HeatGrid | { reason: string } {
  const { width, height } = reply;
  const base64 = reply.rawbase64.replaceAll(/\s/g, '');
  if (width === 0 || height === 0 || base64 === '') return { reason: 'empty' };
  if (!isSide(width) || !isSide(height)) return { reason: `odd-size: ${width} x ${height}` };
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) return { reason: 'no-base64' };
  const values = Buffer.from(base64, 'base64');
  if (values.length !== width * height)
    return { reason: `wrong-length: ${values.length} in place of ${width * height}` };
  return { width, height, values };
}

const isSide = (side: number): boolean => Number.isSafeInteger(side) && side > 0 && side <= largestSide;

/** The picture of a grid, in exactly the colours of the reference, to be laid over the camera's own. */
export function spaceHeatmapPng({ width, height, values }: HeatGrid): Buffer {
  const data = new Uint8Array(width * height * 4);
  for (const [index, value] of values.entries()) {
    const argb = heatColor(value);
    data.set([(argb >>> 16) & 0xff, (argb >>> 8) & 0xff, argb & 0xff, argb >>> 24], index * 4);
  }
  return Buffer.from(encode({ width, height, data, channels: 4, depth: 8 }));
}

/** The values as rows. */
export const gridRows = ({ width, height, values }: HeatGrid): number[][] =>
  Array.from({ length: height }, (_, row) => [...values.subarray(row * width, (row + 1) * width)]);
