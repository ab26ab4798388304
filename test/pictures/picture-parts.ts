import type { PictureOwner } from '#lib/pictures/picture-items.ts';
import type { PictureJob } from '#lib/pictures/picture-job.ts';

export const receivedAt = '2026-01-01T00:00:00.000Z';
export const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
export const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex');

export const owner: PictureOwner = {
  camera: 'D1#0',
  sk: '2025-12-31T23:59:58.000Z#1767225598000000001#0123abcd',
  messageType: 'vehicle_data',
  messageId: '1767225598000000001',
  hash8: '0123abcd',
  deviceId: 'D1',
  channelId: '0',
  occurredAt: '2025-12-31T23:59:58.000Z',
  receivedAt,
  expiresAtSeconds: 1_800_000_000,
};

/** A job as the message announced it, changed at will. */
export const job = (changes: Partial<PictureJob> = {}): PictureJob => ({
  camera: owner.camera,
  sk: `${owner.sk}#picture#${changes.kind ?? 'vehicle'}`,
  kind: 'vehicle',
  message_type: owner.messageType,
  message_id: owner.messageId,
  hash8: owner.hash8,
  device_id: owner.deviceId,
  channel_id: owner.channelId,
  occurred_at: owner.occurredAt,
  received_at: owner.receivedAt,
  not_ready: 0,
  ...changes,
});
