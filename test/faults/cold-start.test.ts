import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { createObjectStore } from '#lib/aws/objects.ts';
import { createTokenStore } from '#lib/aws/token-store.ts';
import { unverifiedPrefix } from '#lib/callback/quarantine.ts';
import type { Asked } from './fault-proxy.ts';
import { awayBy } from './fault-rules.ts';
import { type FaultyStack, startFaultyStack } from './faulty-stack.ts';
import { isLong, kept, messageCount, outcomes, settled, timeoutMs, underFaults } from './scenario.ts';

const RecoverResult = z.object({ quarantine: z.record(z.string(), z.number()) });

describe('a cold start', () => {
  const start = async (): Promise<FaultyStack> => {
    const faulty = await startFaultyStack({ seed: 'cold' });
    onTestFinished(() => faulty.stop());
    return faulty;
  };

  it('without Secrets Manager keeps callbacks unverified, and they are judged once it is back', {
    timeout: timeoutMs,
  }, async () => {
    const startedMs = performance.now();
    const faulty = await start();
    const { stores, file } = faulty.stack;
    const verify = async () => RecoverResult.parse(await faulty.stack.invoke('recover-spill', {})).quarantine;
    const none = { admitted: 0, refused: 0, finished: 0, waiting: 0, failed: 0 };

    // One whose note is there before its body, and is found in that moment.
    const bucket = createObjectStore(file.bucket, stores.clients.s3);
    const isBody = ({ headers }: Asked) => headers['content-type'] === 'application/octet-stream';
    faulty.proxy.breakWith([
      awayBy('secrets'),
      { on: 's3', operation: /^PUT quarantine$/, when: isBody, fault: { kind: 'late', afterMs: 1_000 } },
    ]);
    const sending = faulty.send([faulty.message()]);
    await expect
      .poll(async () => (await Array.fromAsync(bucket.keys(unverifiedPrefix))).length, { interval: 20 })
      .toBe(1);
    faulty.proxy.mend();
    expect(await verify()).toEqual({ ...none, waiting: 1 });
    const [first] = await sending;

    const others = await underFaults(faulty, [awayBy('secrets')], { count: Math.ceil(messageCount / 5) });
    const sent = [...others, ...(first === undefined ? [] : [first])];
    expect(outcomes(sent)).toEqual(new Set(['acknowledged']));
    expect(await faulty.ledger(sent)).toMatchObject({ lost: 0, stored: 0, quarantined: sent.length });
    expect(await verify()).toEqual({ ...none, admitted: sent.length });
    const ledger = await settled('Secrets Manager away at a cold start', faulty, sent, startedMs);
    expect(ledger).toMatchObject({ ...kept, stored: sent.length });
  });

  it.runIf(isLong)(
    'with a token that was revoked meanwhile gets another one and all pictures',
    { timeout: timeoutMs },
    async () => {
      const startedMs = performance.now();
      const faulty = await start();
      const { stores, file } = faulty.stack;
      const tokens = createTokenStore(file.tables['tokens'] ?? '', () => new Date(), stores.clients.dynamodb);
      const dayMs = 86_400_000;
      await tokens.write({
        token: 'REVOKED',
        expiresAt: new Date(Date.now() + dayMs),
        askedAt: new Date(Date.now() - dayMs),
      });
      const sent = await underFaults(faulty, [], { count: Math.ceil(messageCount / 5) });
      const ledger = await settled('token revoked', faulty, sent, startedMs);
      expect(ledger).toMatchObject({ ...kept, stored: sent.length });
      expect(ledger.pictures.stored).toBe(ledger.pictures.wanted);
      expect((await tokens.read())?.token).not.toBe('REVOKED');
    },
  );
});
