import * as z from 'zod';
import { notFound } from './problem.ts';

const separator = '\n';

/** An id for paths and links, of a camera or an event: their keys hold characters that a path can't. */
export const itemId = (...parts: readonly string[]): string => Buffer.from(parts.join(separator)).toString('base64url');

export const ItemId = z.string().regex(/^[\w-]+$/, 'it is no id that the API has given');

/** The key of a camera: `<device_id>#<channel_id>`, percent-encoded as in the table `events`. */
export function readCameraId(id: string): string {
  const camera = Buffer.from(id, 'base64url').toString('utf8');
  if (!/^[\w%.~!*'()-]+#[\w%.~!*'()-]+$/.test(camera)) throw notFound('unknown-camera', 'There is no such camera');
  return camera;
}

/** The key of an event. */
export function readEventId(id: string): { camera: string; sk: string } {
  const [camera = '', sk = '', ...rest] = Buffer.from(id, 'base64url').toString('utf8').split(separator);
  if (rest.length > 0 || !camera.includes('#') || !sk.includes('#')) {
    throw notFound('unknown-event', 'There is no such event, or no longer');
  }
  return { camera, sk };
}
