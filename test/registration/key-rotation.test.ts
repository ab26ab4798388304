import { describe, expect, it } from 'vitest';
import { acceptCallback, type CallbackDeps } from '#lib/callback/accept-callback.ts';
import { createAuthKeyCache } from '#lib/callback/auth-keys.ts';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import { signCallback } from '../support/builders/signed-callback.ts';
import { memoryInbox } from '../support/fakes/memory-inbox.ts';
import { memoryMetrics } from '../support/fakes/memory-metrics.ts';
import { baseUrl, reconciling } from './reconciling.ts';

const messagesPerSecond = 50;
const environments = 5;

describe('a rotation of keys under load', () => {
  it('costs not one 401 at 50 messages a second, whichever environment of the receiver a message comes to', async () => {
    const { world, run } = reconciling();
    const now = () => new Date(world.nowMs);
    const inbox = memoryInbox();
    // Each environment has its own cache, and reads the secret in its own time.
    const receivers = Array.from({ length: environments }, (): CallbackDeps => {
      const authKeys = createAuthKeyCache(async () => structuredClone(world.keys), now);
      return {
        queues: { send: inbox.send },
        keep: inbox.keep,
        authKeys,
        callbackBaseUrl: baseUrl,
        signatureWindowSeconds: 300,
        allowUnsigned: false,
        timeZone: 'Asia/Shanghai',
        mayKeepStale: () => true,
        metric: memoryMetrics().metric,
        now,
      };
    });
    const outcomes = new Map<string, number>();
    let sent = 0;
    const sendOne = async (): Promise<void> => {
      const entry = subscriptions[sent % subscriptions.length];
      const receiver = receivers[sent % environments];
      if (entry === undefined || receiver === undefined) return;
      sent += 1;
      const { url = '', authKey = '' } = world.registered.get(entry.subscription) ?? {};
      const body = Buffer.from(`{"message_id":${1_000_000 + sent},"message_type":"${entry.messageType}","data":{}}`);
      const { status } = await acceptCallback(receiver, {
        method: 'POST',
        subscriptionPath: entry.path,
        body,
        ...signCallback({ url, key: authKey, at: now() }),
      });
      outcomes.set(String(status), (outcomes.get(String(status)) ?? 0) + 1);
      const keyId = inbox.sent.at(-1)?.attributes.key_id;
      if (keyId !== undefined) world.seen.set(`${entry.path}#${keyId}`, now());
    };

    await run();
    await run({ rotateKeys: true });
    const firstMs = world.nowMs;
    const lastsMs = 660_000;
    while (world.nowMs - firstMs < lastsMs) {
      await sendOne();
      world.nowMs += 1000 / messagesPerSecond;
      // Every two and a half minutes here, so that each step of the rotation falls into the load.
      if ((world.nowMs - firstMs) % 150_000 === 0) await run();
    }
    expect([...outcomes]).toEqual([['200', (lastsMs / 1000) * messagesPerSecond]]);
    expect(inbox.sent).toHaveLength(sent);
    for (const { subscription } of subscriptions) {
      expect(world.keys[subscription]).toEqual([expect.stringMatching(/^made-/)]);
    }
  });
});
