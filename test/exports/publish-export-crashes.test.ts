import { describe, expect, it } from 'vitest';
import { cameras, fiveRows, manifestAt, publishing, threeRows } from './publishing.ts';
import type { Crash } from './recorded-stores.ts';

/** The steps of a run that replaces five rows by three. */
const stepsOfARun = await (async () => {
  const { publish, world } = publishing();
  await publish(fiveRows);
  await publish(threeRows);
  return [...world.steps];
})();
const crashes = stepsOfARun.flatMap((name, step) =>
  (['refused', 'unanswered', 'dead'] as const).map((how) => ({ title: `${name} is ${how}`, step, how })),
);

async function crashed({ step, how }: Crash) {
  const stores = publishing();
  await stores.publish(fiveRows);
  stores.world.crash = { step, how };
  await expect(stores.publish(threeRows)).rejects.toThrow(
    new Error(`${how === 'unanswered' ? 'no answer to' : 'no'} ${stepsOfARun[step]}`),
  );
  stores.world.crash = undefined;
  return { ...stores, isNew: (await stores.read()).manifest.version === 2 };
}

describe('when the run ends because', () => {
  it.each(crashes)('$title, readers find one of the two exports whole', async (crash) => {
    const { read, isNew } = await crashed(crash);
    const manifestStep = stepsOfARun.indexOf(`put ${manifestAt}`);
    expect(isNew).toBe(crash.step > manifestStep || (crash.step === manifestStep && crash.how === 'unanswered'));
    expect(cameras((await read()).rows)).toEqual(cameras(isNew ? threeRows : fiveRows));
  });

  it.each(crashes)('$title, the next run publishes the new rows and cleans up', async (crash) => {
    const { publish, world, read, expectNothingElse, entries, leases } = await crashed(crash);
    world.nowMs += 900_000;
    const isDone = stepsOfARun[crash.step] === 'finish' && crash.how === 'unanswered';
    const outcome = isDone ? 'unchanged' : 'published';
    expect(await publish(threeRows, {}, 'run-2')).toEqual({ outcome, version: 2, rows: 3 });
    const { manifest, rows } = await read();
    expect(cameras(rows)).toEqual(cameras(threeRows));
    expectNothingElse(manifest);
    expect([...entries.values()]).toEqual([{ version: 2, contentSha256: manifest.content_sha256 }]);
    expect(leases.size).toBe(0);
    expect(await publish(threeRows, {}, 'run-3')).toEqual({ outcome: 'unchanged', version: 2, rows: 3 });
  });

  it.each(crashes)('$title, the next run may have the old rows again and cleans up', async (crash) => {
    const { publish, world, read, expectNothingElse, isNew } = await crashed(crash);
    world.nowMs += 900_000;
    const result = isNew
      ? { outcome: 'published', version: 3, rows: 5 }
      : { outcome: 'unchanged', version: 1, rows: 5 };
    expect(await publish(fiveRows, {}, 'run-2')).toEqual(result);
    const { manifest, rows } = await read();
    expect(cameras(rows)).toEqual(cameras(fiveRows));
    expectNothingElse(manifest);
  });

  it.each(crashes.filter(({ step, how }) => step > 0 && how !== 'dead'))(
    '$title, its lease is given back at once',
    async (crash) => {
      expect((await crashed(crash)).leases.size).toBe(0);
    },
  );
});
