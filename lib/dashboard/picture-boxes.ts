import * as z from 'zod';
import { DecimalText, isJsonObject, type Json, member } from '#lib/json/exact-json.ts';
import { membersIn } from './message-fields.ts';

/** What a shape is drawn around. */
export const BoxSubject = z.enum([
  'target',
  'cut-out',
  'person',
  'vehicle',
  'plate',
  'object',
  'counted-area',
  'rule-area',
  'rule-line',
]);
export type BoxSubject = z.infer<typeof BoxSubject>;

const Point = z.strictObject({ x: z.number(), y: z.number() });

/** A shape over a picture, in ten-thousandths of its width and height. */
export const PictureBox = z.strictObject({
  path: z.string().describe('where it stands in the message'),
  subject: BoxSubject,
  shape: z.enum(['box', 'area', 'line']),
  points: z.array(Point).describe('two opposite corners of a box, all corners of an area, both ends of a line'),
  target: z.int().nullable().describe('index of the target it belongs to, where the message has several'),
  picture: z.enum(['panorama', 'body']).describe('what it is relative to'),
});
export type PictureBox = z.infer<typeof PictureBox>;

type BoxMember = Pick<PictureBox, 'subject' | 'shape' | 'picture'>;
const inPanorama = (subject: BoxSubject, shape: PictureBox['shape'] = 'box'): BoxMember => ({
  subject,
  shape,
  picture: 'panorama',
});

/** Members that the reference gives in ten-thousandths (10.1.4.5); their likes in pixels and on the grid of the device have other names. */
export const boxMembers: Readonly<Record<string, BoxMember>> = {
  target_pos: inPanorama('target'),
  target_pic_position: inPanorama('cut-out'),
  human_pos: inPanorama('person'),
  human_rect_position: inPanorama('person'),
  human_pic_roi: { subject: 'person', shape: 'box', picture: 'body' },
  vehicle_pos: inPanorama('vehicle'),
  vehicle_pos_com: inPanorama('vehicle'),
  plate_pos: inPanorama('plate'),
  plate_pos_com: inPanorama('plate'),
  obj_pos_r: inPanorama('object'),
  head_should_r_pos: inPanorama('counted-area'),
  head_shoulder_pos: inPanorama('counted-area'),
  rule_area_pos_relative: inPanorama('rule-area', 'area'),
  rule_line_pos_r: inPanorama('rule-line', 'line'),
};

const whole = 10_000;
const mostBoxes = 300;
const mostCorners = 100;

/** The shapes in a message's data, each once: devices tell the same box under two names. What lies outside of the picture is left out. */
export function pictureBoxes(data: Json): PictureBox[] {
  const boxes = new Map<string, PictureBox>();
  for (const { path, name, value } of membersIn(data, 'data')) {
    if (boxes.size === mostBoxes) break;
    const known = Object.hasOwn(boxMembers, name) ? boxMembers[name] : undefined;
    const points = known === undefined ? undefined : pointsOf(known.shape, value);
    if (known === undefined || points === undefined) continue;
    const index = /\.targets\[(\d+)\]/.exec(path)?.[1];
    const target = index === undefined ? null : Number(index);
    const key = JSON.stringify([known, target, points]);
    if (!boxes.has(key)) boxes.set(key, { path: path.toWellFormed(), ...known, points, target });
  }
  return [...boxes.values()];
}

type Points = PictureBox['points'];

function pointsOf(shape: PictureBox['shape'], value: Json): Points | undefined {
  if (!isJsonObject(value)) return undefined;
  if (shape === 'line') return inside([pointOf(value, 'x1', 'y1'), pointOf(value, 'x2', 'y2')]);
  if (shape === 'area') {
    const corners = member(value, 'points');
    const points = Array.isArray(corners)
      ? inside(corners.slice(0, mostCorners).map((corner) => pointOf(corner, 'x', 'y')))
      : undefined;
    return points === undefined || points.length < 3 ? undefined : points;
  }
  // At data level the corner has another name.
  const corner = pointOf(value, 'x_cor', 'y_cor') ?? pointOf(value, 'x', 'y');
  const size = pointOf(value, 'width', 'height');
  if (corner === undefined || size === undefined || size.x <= 0 || size.y <= 0) return undefined;
  return inside([corner]) && [corner, { x: corner.x + size.x, y: corner.y + size.y }];
}

function pointOf(value: Json, x: string, y: string): { x: number; y: number } | undefined {
  const point = { x: numberOf(member(value, x)), y: numberOf(member(value, y)) };
  return point.x === undefined || point.y === undefined ? undefined : { x: point.x, y: point.y };
}

function numberOf(value: Json | undefined): number | undefined {
  if (typeof value !== 'number' && !(value instanceof DecimalText)) return undefined;
  const number = Number(String(value));
  return Number.isFinite(number) && Math.abs(number) <= whole * 2 ? number : undefined;
}

function inside(points: readonly ({ x: number; y: number } | undefined)[]): Points | undefined {
  const known = points.filter((point) => point !== undefined);
  const isIn = (value: number) => value >= 0 && value <= whole;
  return known.length === points.length && known.every(({ x, y }) => isIn(x) && isIn(y)) ? known : undefined;
}
