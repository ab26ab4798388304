import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { answerRequest } from '#lib/dashboard/answer-request.ts';
import { EventDetails, eventRoute } from '#lib/dashboard/event-details.ts';
import { itemId } from '#lib/dashboard/item-id.ts';
import { boxMembers, pictureBoxes } from '#lib/dashboard/picture-boxes.ts';
import { type Item, integer, text } from '#lib/events/attribute.ts';
import { parseExact } from '#lib/json/exact-json.ts';
import { messageSchemas } from '#lib/message-schemas/message-schemas.ts';
import { memoryEventItems } from '../support/fakes/memory-event-items.ts';
import { memoryEvents } from '../support/fakes/memory-events.ts';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/messages/${name}.json`, import.meta.url), 'utf8');

function tenant() {
  const stored = memoryEvents();
  const objects = new Map<string, Buffer>();
  const deps = {
    eventItems: memoryEventItems(() => stored.items.values()),
    readObject: async (key: string) => objects.get(key),
    signLink: async (key: string) => ({ url: `https://pictures/${key}`, expires_at: '2026-01-15T04:05:00.000Z' }),
  };
  const answer = async (id: string) => {
    const told = await answerRequest(
      [eventRoute],
      deps,
      { method: 'GET', path: `/api/events/${id}`, query: {} },
      (e) => {
        throw e;
      },
    );
    return { status: told.status, body: JSON.parse(told.body) as unknown };
  };
  return {
    stored,
    objects,
    answer,
    /** Stores a message, with changes to the item of its event, and asks for it. */
    details: async (body: string, changes: Item = {}) => {
      const { record } = stored.store(body);
      stored.put({ ...record.event, raw_key: text('raw/1.ndjson.gz'), raw_line: integer(3), ...changes });
      return EventDetails.parse((await answer(itemId(record.camera, record.sk))).body);
    },
  };
}

describe('an event', () => {
  it('is told with every digit of its numbers, as texts and as JSON', async () => {
    const event = await tenant().details(fixture('head_shoulder_data-15-line-crossing'));
    expect(event.fields).toContainEqual({
      path: 'data.data.common.intelligent_target_index',
      value: '2305843009213693952',
      omitted_bytes: null,
    });
    expect(event.json).toContain('"intelligent_target_index": 2305843009213693952');
    expect(parseExact(event.json ?? '')).toMatchObject({ data: { common: { channel_id: 101 } } });
    expect(event.raw).toEqual({ key: 'raw/1.ndjson.gz', line: '3' });
    expect(event.kept_until).toBe('2027-01-01T00:00:00.000Z');
  });

  it('is told with its pictures: which are there, which are missing and why, when they are tried again', async () => {
    const one = tenant();
    const { record, pictures } = one.stored.store(fixture('vehicle_data-7-motor-vehicle'));
    const [first, second] = pictures;
    one.stored.put({ ...first, status: text('stored'), s3_key: text('pictures/1.jpg'), attempts: integer(1) } as Item);
    one.stored.put({ ...second, status: text('missing'), reason: text('expired'), attempts: integer(3) } as Item);
    const { body } = await one.answer(itemId(record.camera, record.sk));
    const told = EventDetails.parse(body).pictures;
    expect(told).toHaveLength(pictures.length);
    expect(told[0]).toMatchObject({ status: 'stored', attempts: 1, link: { url: 'https://pictures/pictures/1.jpg' } });
    expect(told.find(({ status }) => status === 'missing')).toMatchObject({ reason: 'expired', attempts: 3 });
    expect(told.find(({ status }) => status === 'wanted')?.next_try_at).toBe('2026-01-01T00:10:00.000Z');
  });

  it('is told with its parts, of other cameras too, each with its own attributes', async () => {
    const behaviour = await tenant().details(fixture('behavior_analysis_data-21-behavior-snapshot'));
    expect(behaviour.parts.map(({ part, index }) => `${part} ${index}`)).toEqual([
      'target 0',
      'target 1',
      'target 2',
      'target 3',
    ]);
    expect(behaviour.parts[1]?.attributes['obj_id']).toBeDefined();
    const state = await tenant().details(fixture('device_status-channel_state_notice'));
    expect(state.parts.length).toBeGreaterThan(0);
    for (const { part, camera, attributes } of state.parts) {
      expect(part).toBe('device');
      expect(camera.id).not.toBe(state.camera.id);
      expect(attributes['channel_state']).toBeDefined();
    }
  });

  it('that is too large for its item is read from its object', async () => {
    const one = tenant();
    const body = fixture('vehicle_data-7-motor-vehicle');
    one.objects.set('details/x.json.gz', gzipSync(body));
    const changes = { details_key: text('details/x.json.gz'), data: { M: { omitted: text('500000') } } };
    const event = await one.details(body, changes);
    expect(event.json).toContain('"plate_pos"');
    expect(event.boxes.length).toBeGreaterThan(0);
    expect(event.json_link?.url).toBe('https://pictures/details/x.json.gz');
  });

  it.each([
    { title: 'is gone', content: undefined },
    { title: 'is longer than a page can show', content: gzipSync(`{"data":"${'x'.repeat(2_000_000)}"}`) },
    { title: 'is not compressed', content: Buffer.from('{}') },
  ])('whose object $title is told without it', async ({ content }) => {
    const one = tenant();
    if (content !== undefined) one.objects.set('details/x.json.gz', content);
    const event = await one.details(fixture('device_alarm-io_event'), { details_key: text('details/x.json.gz') });
    expect(event).toMatchObject({ json: null, fields: [], boxes: [], type: 'device_alarm' });
  });

  it('is told with what was odd about it, and whatever its sender put into it', async () => {
    const hostile = '<img src=x onerror=alert(1)>';
    const body = JSON.stringify({
      message_id: 1,
      message_type: 'device_alarm',
      data: { device_id: 'D', channel_id: '1', device_name: hostile, [hostile]: { __proto__x: [hostile, null, ''] } },
    });
    const event = await tenant().details(body.replace('__proto__x', '__proto__'));
    expect(event.unknown_fields.join()).toContain(hostile);
    expect(event.problems.length).toBeGreaterThan(0);
    expect(event.attributes['device_name']).toBe(hostile);
  });

  it('that is a snapshot is told with itself as its picture', async () => {
    const one = tenant();
    one.stored.put({
      camera: text('D#1'),
      sk: text('2026-01-01T00:00:00.000Z#snapshot-s#abcdef01'),
      message_type: text('snapshot'),
      occurred_at: text('2026-01-01T00:00:00.000Z'),
      status: text('missing'),
      reason: text('unsupported'),
    });
    const { body } = await one.answer(itemId('D#1', '2026-01-01T00:00:00.000Z#snapshot-s#abcdef01'));
    expect(EventDetails.parse(body)).toMatchObject({
      json: null,
      received_at: null,
      pictures: [{ kind: 'snapshot', status: 'missing', reason: 'unsupported' }],
    });
  });

  it.each([
    { title: 'that nobody has', id: itemId('D#1', '2026-01-01T00:00:00.000Z#1#abcdef01') },
    { title: 'of a picture', id: itemId('D#1', '2026-01-01T00:00:00.000Z#1#abcdef01#picture#alarm') },
    { title: 'with a key that no table takes', id: itemId('D#1', `2026#${'x'.repeat(2_000)}`) },
    { title: 'that is none', id: 'AAAA' },
  ])('with an id $title is not found', async ({ id }) => {
    expect((await tenant().answer(id)).status).toBe(404);
  });
});

describe('boxes over a picture', () => {
  it('are found under the names that the reference gives in ten-thousandths, and those alone', () => {
    const found = new Set<string>();
    const visit = (schema: z.ZodType, name: string): void => {
      const { innerType, shape, element } = schema.def as {
        innerType?: z.ZodType;
        shape?: Record<string, z.ZodType>;
        element?: z.ZodType;
      };
      if (innerType !== undefined) visit(innerType, name);
      if (element !== undefined) visit(element, name);
      for (const [key, child] of Object.entries(shape ?? {})) {
        const { unit } = (child.meta() ?? {}) as { unit?: string };
        if (unit?.startsWith('ten-thousandths') === true) found.add(name);
        // The corners of an area stand in its list of points.
        visit(child, key === 'points' ? name : key);
      }
    };
    for (const schema of Object.values(messageSchemas)) visit(schema, 'data');
    expect([...found].toSorted()).toEqual(Object.keys(boxMembers).toSorted());
  });

  it('are told once where a device tells them under several names', () => {
    const { data } = parseExact(fixture('vehicle_data-7-motor-vehicle')) as { data: never };
    expect(pictureBoxes(data).map(({ subject, points }) => [subject, points])).toEqual([
      [
        'vehicle',
        [
          { x: 3218, y: 111 },
          { x: 6303, y: 3513 },
        ],
      ],
      [
        'plate',
        [
          { x: 5437, y: 1958 },
          { x: 6038, y: 2624 },
        ],
      ],
    ]);
  });

  it('are told with the lines and areas of rules, and of which target they are', () => {
    const behaviour = parseExact(fixture('behavior_analysis_data-21-behavior-snapshot')) as { data: never };
    expect(pictureBoxes(behaviour.data).map(({ subject, shape, target }) => [subject, shape, target])).toEqual([
      ['rule-area', 'area', null],
      ['object', 'box', 1],
      ['object', 'box', 2],
      ['object', 'box', 3],
    ]);
    const crossing = parseExact(fixture('head_shoulder_data-15-line-crossing')) as { data: never };
    expect(pictureBoxes(crossing.data)[0]).toMatchObject({
      subject: 'rule-line',
      points: [
        { x: 2698, y: 7048 },
        { x: 7698, y: 7291 },
      ],
    });
  });

  it.each([
    { title: 'without a size', value: { x: 1, y: 1, width: 0, height: 10 } },
    { title: 'outside of the picture', value: { x: 10_001, y: 1, width: 5, height: 10 } },
    { title: 'with texts for numbers', value: { x: '1', y: '1', width: '5', height: '10' } },
    { title: 'that is a text', value: 'box' },
    { title: 'without a corner', value: { width: 5, height: 10 } },
  ])('are left out $title', ({ value }) => {
    expect(pictureBoxes({ target_pos: value })).toEqual([]);
  });

  it('are found in whatever a message holds without a failure', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (json) => {
        for (const { points } of pictureBoxes(parseExact(json))) expect(points.length).toBeGreaterThan(1);
      }),
    );
  });
});
