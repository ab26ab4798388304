import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { type Camera, createCameras } from '#lib/simulator/cameras.ts';
import { createCanvas } from '#lib/simulator/canvas.ts';
import { type Drawing, drawPicture } from '#lib/simulator/draw-picture.ts';
import { localTime } from '#lib/simulator/local-time.ts';
import { type Subject, sightingOf } from '#lib/simulator/sighting.ts';

const road = createCameras('1').find(({ view }) => view === 'road');

function draw(
  kind: Drawing,
  subject: Subject,
  options: { id?: string; at?: string; camera?: Camera | undefined } = {},
): Buffer {
  const { id = 'picture-1', at = '2026-03-10T04:00:00Z', camera = road } = options;
  if (camera === undefined) throw new RangeError('there is no such camera');
  const sighting = sightingOf('key', subject);
  return drawPicture({ id, kind, camera, sighting, at: localTime(new Date(at), 'Asia/Shanghai') });
}

/** Distinct colours, and their mean brightness over all pixels. */
function look(png: Buffer) {
  const { width, height, data, palette = [] } = decode(png);
  let brightness = 0;
  for (const index of data) brightness += (palette[index] ?? []).slice(0, 3).reduce((sum, part) => sum + part, 0) / 3;
  return { width, height, colours: new Set(data).size, brightness: brightness / data.length };
}

describe('drawPicture', () => {
  it.each<[Drawing, Subject, number, number]>([
    ['panorama', 'vehicle', 640, 360],
    ['panorama', 'person', 640, 360],
    ['panorama', 'cycle', 640, 360],
    ['alarm', 'person', 640, 360],
    ['alarm', 'vehicle', 640, 360],
    ['target-group', 'person', 160, 160],
    ['vehicle', 'vehicle', 320, 240],
    ['vehicle', 'cycle', 320, 240],
    ['plate', 'vehicle', 200, 64],
    ['body', 'person', 160, 320],
    ['body', 'cycle', 160, 320],
    ['target', 'person', 160, 160],
  ])('draws a %s of a %s that decodes to %i × %i pixels with something on it', (kind, subject, width, height) => {
    const seen = look(draw(kind, subject));
    expect(seen).toMatchObject({ width, height });
    expect(seen.colours).toBeGreaterThanOrEqual(2);
  });

  it('draws the same bytes again, and others for another picture of the same scene', () => {
    expect(draw('panorama', 'vehicle')).toEqual(draw('panorama', 'vehicle'));
    expect(draw('panorama', 'vehicle', { id: 'picture-2' })).not.toEqual(draw('panorama', 'vehicle'));
  });

  it('is darker at night', () => {
    const noon = look(draw('panorama', 'person', { at: '2026-03-10T04:00:00Z' }));
    const midnight = look(draw('panorama', 'person', { at: '2026-03-10T16:00:00Z' }));
    expect(midnight.brightness).toBeLessThan(noon.brightness * 0.7);
  });

  it('shows in a close-up what the box in the panorama holds', () => {
    const { vehicle } = sightingOf('key', 'vehicle');
    const paint = centreColour(draw('vehicle', 'vehicle'), { x: 5000, y: 4500 });
    const box = vehicle?.box ?? { x: 0, y: 0, width: 0, height: 0 };
    const centre = { x: box.x + box.width * 0.5, y: box.y + box.height * 0.45 };
    expect(centreColour(draw('panorama', 'vehicle'), centre)).toEqual(paint);
  });
});

function centreColour(png: Buffer, at: { x: number; y: number }) {
  const { width, height, data, palette = [] } = decode(png);
  const [column, row] = [Math.floor((at.x * width) / 10_000), Math.floor((at.y * height) / 10_000)];
  return palette[data[row * width + column] ?? 0];
}

describe('createCanvas', () => {
  it('cuts off what lies outside', () => {
    const canvas = createCanvas(4, 3);
    canvas.rectangle({ x: -10, y: -10, width: 100, height: 100 }, 0x112233);
    canvas.ellipse({ x: 2, y: 2, width: 50, height: 50 }, 0x445566);
    const { data, palette = [] } = decode(canvas.toPng('test'));
    expect(data).toHaveLength(12);
    expect(palette[data[0] ?? -1]?.slice(0, 3)).toEqual([0x11, 0x22, 0x33]);
  });

  it('writes letters dot by dot', () => {
    const canvas = createCanvas(3, 5);
    canvas.rectangle({ x: 0, y: 0, width: 3, height: 5 }, 0);
    canvas.write('7', { x: 0, y: 0, width: 3, height: 5 }, 0xffffff);
    expect([...decode(canvas.toPng('test')).data]).toEqual([1, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1]);
  });

  it('refuses a 257th colour rather than paint a wrong one', () => {
    const canvas = createCanvas(1, 1);
    const paint = (colour: number) => canvas.rectangle({ x: 0, y: 0, width: 1, height: 1 }, colour);
    for (let colour = 0; colour < 256; colour += 1) paint(colour);
    expect(() => paint(256)).toThrow(RangeError);
  });
});
