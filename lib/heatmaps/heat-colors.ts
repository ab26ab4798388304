/**
 * Colours of heat (reference 20.3): from which value on each band begins, and its red, green and blue. Below the first
 * band nothing is drawn. The alpha is that of the reference's algorithm, not the 255 of its table.
 */
const bands: readonly (readonly [from: number, rgb: number])[] = [
  [12, 0x0000ff],
  [24, 0x0033ff],
  [35, 0x0066ff],
  [47, 0x0099ff],
  [58, 0x00ccff],
  [70, 0x00ffff],
  [82, 0x00ffcc],
  [93, 0x00ff99],
  [105, 0x00ff66],
  [116, 0x00ff33],
  [128, 0x00ff00],
  [140, 0x33ff00],
  [151, 0x66ff00],
  [163, 0x99ff00],
  [174, 0xccff00],
  [186, 0xffff00],
  [198, 0xffcc00],
  [209, 0xff9900],
  [221, 0xff6600],
  [232, 0xff3300],
  [244, 0xff0000],
];

const alpha = 0x55;

const colorOfValue: readonly number[] = Array.from({ length: 256 }, (_, value) => {
  const band = bands.findLast(([from]) => value >= from);
  return band === undefined ? 0 : alpha * 2 ** 24 + band[1];
});

/** @param value 0 to 255; @returns the colour as 0xAARRGGBB */
export const heatColor = (value: number): number => colorOfValue[value] ?? 0;

/** Red, green and blue of a share of the greatest heat, 0 to 1, as 0xRRGGBB: the lowest band is the coldest colour drawn. */
export function heatRgb(share: number): number {
  const index = Math.min(bands.length - 1, Math.max(0, Math.floor(share * bands.length)));
  return bands[index]?.[1] ?? 0;
}
