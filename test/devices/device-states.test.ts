import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyChanges, type DeviceStates, type StateChange } from '#lib/devices/device-states.ts';
import { PermanentError, TransientError } from '#lib/errors.ts';
import { memoryDeviceStates } from '../support/fakes/memory-device-states.ts';

const change = fc.record({
  deviceId: fc.constantFrom('A', 'B'),
  aspect: fc.constantFrom<StateChange['aspect'][]>('presence', 'description', 'quality'),
  order: fc.integer({ min: 1, max: 9 }).map(String),
  values: fc.record({ value: fc.integer() }),
});
const onChannel = fc
  .tuple(change, fc.option(fc.constantFrom('0', '1')))
  .map(([own, channelId]): StateChange => (channelId === null ? own : { ...own, channelId }));
const changes = fc.array(onChannel, { maxLength: 40 });
/** Where one order never stands twice, the end is the same in whatever order the changes come. */
const distinct = fc.uniqueArray(onChannel, {
  maxLength: 40,
  selector: ({ deviceId, channelId, aspect, order }) => JSON.stringify([deviceId, channelId, aspect, order]),
});
const cuts = fc.array(fc.nat({ max: 40 }), { maxLength: 6 });

function batchesOf(all: readonly StateChange[], at: readonly number[]): StateChange[][] {
  const bounds = [0, ...at.toSorted((one, other) => one - other), all.length];
  return bounds.slice(1).map((end, index) => all.slice(bounds[index], end));
}

async function oneByOne(all: readonly StateChange[]) {
  const { states, known } = memoryDeviceStates();
  for (const one of all) await states.apply([one]);
  return known;
}

describe('applyChanges', () => {
  it('ends where applying one by one ends, however the changes are cut into batches', async () => {
    await fc.assert(
      fc.asyncProperty(changes, cuts, async (all, at) => {
        const { states, known } = memoryDeviceStates();
        for (const batch of batchesOf(all, at)) expect(await applyChanges(states, batch)).toEqual(new Map());
        expect(known).toEqual(await oneByOne(all));
      }),
    );
  });

  it('ends there in whatever order the changes come, in batches at the same time, and again', async () => {
    await fc.assert(
      fc.asyncProperty(
        distinct.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        cuts,
        async ([all, shuffled], at) => {
          const { states, known } = memoryDeviceStates();
          await Promise.all(batchesOf(shuffled, at).map((batch) => applyChanges(states, batch)));
          for (const batch of batchesOf(all, at)) await applyChanges(states, batch);
          expect(known).toEqual(await oneByOne(all));
        },
      ),
    );
  });

  it('ends there once what failed has come again, and says of nothing that it is written while it is not', async () => {
    await fc.assert(
      fc.asyncProperty(changes, fc.infiniteStream(fc.boolean()), async (all, failures) => {
        const { states, known } = memoryDeviceStates();
        const flaky: DeviceStates = {
          apply: async (some) => {
            if (failures.next().value === true) throw new TransientError('throttled', 'later');
            return states.apply(some);
          },
        };
        const orderOf = ({ deviceId, channelId, aspect }: StateChange) =>
          known.get(JSON.stringify([deviceId, channelId]))?.get(aspect)?.order ?? '';
        let open = all;
        while (open.length > 0) {
          const failed = await applyChanges(flaky, open);
          for (const one of open) if (!failed.has(one)) expect(orderOf(one) >= one.order).toBe(true);
          open = open.filter((one) => failed.has(one));
        }
        const ordersOf = (map: typeof known) =>
          new Map(
            [...map].map(([key, aspects]) => [key, new Map([...aspects].map(([name, { order }]) => [name, order]))]),
          );
        expect(ordersOf(known)).toEqual(ordersOf(await oneByOne(all)));
      }),
    );
  });

  it('writes each device and each channel once, as long as nothing later is known of them', async () => {
    await fc.assert(
      fc.asyncProperty(changes, async (all) => {
        const { states, known, counts } = memoryDeviceStates();
        await applyChanges(states, all);
        expect(counts.writes).toBe(known.size);
      }),
    );
  });

  const base = { deviceId: 'A', values: {} };
  const early: StateChange = { ...base, aspect: 'presence', order: '1' };
  const late: StateChange = { ...base, aspect: 'presence', order: '2' };
  const quality: StateChange = { ...base, aspect: 'quality', order: '1' };
  const elsewhere: StateChange = { ...base, deviceId: 'B', aspect: 'presence', order: '1' };

  it('asks once where what it has of one aspect is no news', async () => {
    const { states, counts } = memoryDeviceStates();
    await applyChanges(states, [late]);
    await applyChanges(states, [early, late]);
    expect(counts.writes).toBe(2);
  });

  it.each([
    [
      'fails what does not fit, and writes what came before it and beside it',
      new PermanentError('state-refused', 'too large'),
      [late],
    ],
    [
      'fails all that is said of a device whose state can not be written now',
      new TransientError('throttled', 'later'),
      [early, late, quality],
    ],
  ])('%s', async (_title, reason, failed) => {
    const { states } = memoryDeviceStates();
    const refusing: DeviceStates = {
      apply: async (some) => {
        if (some.includes(late)) throw reason;
        return states.apply(some);
      },
    };
    const all = [early, late, quality, elsewhere];
    const failures = await applyChanges(refusing, all);
    expect(failures).toEqual(new Map(failed.map((one) => [one, { status: 'rejected', reason }])));
    for (const one of all.filter((each) => !failed.includes(each))) expect(await states.apply([one])).toBe('older');
  });
});
