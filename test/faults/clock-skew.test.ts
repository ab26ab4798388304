import { describe, expect, it, onTestFinished } from 'vitest';
import { createObjectStore } from '#lib/aws/objects.ts';
import { type Item, textOf } from '#lib/events/attribute.ts';
import { type FaultyStack, type FaultyStackOptions, startFaultyStack } from './faulty-stack.ts';
import { isLong, kept, messageCount, outcomes, settled, timeoutMs } from './scenario.ts';

const tenMinutesMs = 600_000;
/** Behind is what endangers pictures: their URLs seem to be over when they come. */
const skews = [{ name: 'behind', skewMs: -tenMinutesMs }, ...(isLong ? [{ name: 'ahead', skewMs: tenMinutesMs }] : [])];
/** Between a message's writing and its time: the simulated cameras are some seconds ahead of their messages. */
const toleranceMs = 60_000;
const stalePrefix = 'quarantine/stale/';

async function start(options: FaultyStackOptions) {
  const faulty = await startFaultyStack(options);
  onTestFinished(() => faulty.stop());
  const { simulator, stores, file } = faulty.stack;
  if (simulator === undefined) throw new TypeError('the stack has no simulated IVM');
  let skewMs = 0;
  const setSkew = (wantedMs: number) => {
    simulator.advance(wantedMs - skewMs);
    skewMs = wantedMs;
  };
  const bucket = createObjectStore(file.bucket, stores.clients.s3);
  const staleKeys = async () => Array.fromAsync(bucket.keys(stalePrefix));
  return { faulty, setSkew, staleKeys };
}

const sendSome = ({ send, message }: FaultyStack, count: number) =>
  send(Array.from({ length: count }, () => message()));

async function eventsOf({ stack }: FaultyStack): Promise<Item[]> {
  const names = ['sk', 'message_id', 'occurred_at', 'received_at', 'occurred_at_source'];
  const items = await Array.fromAsync(stack.stores.items(stack.file.tables['events'] ?? '', names));
  return items.filter((item) => textOf(item['sk'])?.split('#').length === 3);
}

describe("with IVM's clock ten minutes off", () => {
  it('and a window of 15 minutes, all is stored with its pictures and with the time that IVM tells', {
    timeout: timeoutMs,
  }, async () => {
    const startedMs = performance.now();
    const { faulty, setSkew } = await start({ seed: 'skew', parameters: { signatureWindowSeconds: '900' } });
    const all = [];
    for (const { name, skewMs } of skews) {
      setSkew(skewMs);
      const sent = await sendSome(faulty, Math.ceil(messageCount / 3));
      expect(outcomes(sent)).toEqual(new Set(['acknowledged']));
      all.push(...sent);
      const ledger = await settled(`IVM's clock ${name}`, faulty, all, startedMs);
      expect(ledger).toMatchObject({ ...kept, stored: all.length });
      expect(ledger.pictures).toEqual({
        wanted: ledger.pictures.wanted,
        stored: ledger.pictures.wanted,
        missing: new Map(),
      });

      const ids = new Set(sent.map(({ messageId }) => messageId));
      const events = (await eventsOf(faulty)).filter((item) => ids.has(textOf(item['message_id']) ?? ''));
      expect(events).toHaveLength(sent.length);
      for (const item of events) {
        const occurredMs = Date.parse(textOf(item['occurred_at']) ?? '');
        const receivedMs = Date.parse(textOf(item['received_at']) ?? '');
        // Ids never go backward, whatever the clock does.
        const toldMs =
          textOf(item['occurred_at_source']) === 'message_id'
            ? Number(textOf(item['message_id'])) / 1_000_000
            : receivedMs + skewMs;
        expect(Math.abs(occurredMs - toldMs)).toBeLessThan(toleranceMs);
        expect(Math.abs(receivedMs - Date.now())).toBeLessThan(timeoutMs);
      }
    }
  });

  it.runIf(isLong)(
    'and a window of 5 minutes, callbacks are refused and kept as stale, until the clock is right',
    {
      timeout: timeoutMs,
    },
    async () => {
      const startedMs = performance.now();
      const { faulty, setSkew, staleKeys } = await start({ seed: 'stale' });
      setSkew(-tenMinutesMs);
      const refused = await sendSome(faulty, messageCount);
      // Six refusals, and that URL gets nothing for ten minutes.
      expect(outcomes(refused)).toEqual(new Set(['refused', 'breaker-open']));
      const answered = refused.filter(({ outcome }) => outcome === 'refused');
      expect(new Set(answered.map(({ status }) => status))).toEqual(new Set([401]));
      const keys = await staleKeys();
      expect(keys.filter((key) => key.endsWith('.body'))).toHaveLength(answered.length);
      expect(await faulty.ledger(refused)).toMatchObject({ acknowledged: 0, storedWithoutAnswer: 0, problems: [] });

      // Its clock is set right, by which these ten minutes have passed for it.
      setSkew(0);
      const sent = await sendSome(faulty, 20);
      expect(outcomes(sent)).toEqual(new Set(['acknowledged']));
      const ledger = await settled("IVM's clock set right", faulty, sent, startedMs);
      expect(ledger).toMatchObject({ ...kept, stored: sent.length });
      expect(await staleKeys()).toEqual(keys);

      setSkew(tenMinutesMs);
      const ahead = await sendSome(faulty, 5);
      expect(outcomes(ahead)).toEqual(new Set(['refused']));
      expect(await staleKeys()).toHaveLength(keys.length + 2 * ahead.length);
    },
  );
});
