import type { JsonObject } from '#lib/json/exact-json.ts';
import { type MessageWorld, recordHead } from './message-world.ts';

/** `data` of a third_data message (reference 10.1.4.5.3): META records of a third-party algorithm. */
export function writeThirdParty(world: MessageWorld): JsonObject {
  const { random } = world;
  const values = Array.from({ length: random.integer(1, 4) }, () => random.bytes(8));
  const meta = Buffer.concat([
    Buffer.from('META\0\0\0\0', 'latin1'),
    metaRecord(0x20000001, Buffer.from('behaviorAnalyse\0')),
    metaRecord(0x20000002, Buffer.from('ITGT\0')),
    ...values.map((value) => metaRecord(0x09000007, value)),
  ]);
  return {
    ...recordHead(world, world.record(world.camera('yard', 'entrance'), 0, [])),
    tlv_data: meta.toString('base64'),
  };
}

/** A record as the reference's sample has them: little-endian tag and length, then the value. */
function metaRecord(tag: number, value: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(tag, 0);
  head.writeUInt32LE(value.length, 4);
  return Buffer.concat([head, value]);
}
