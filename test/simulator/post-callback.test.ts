import { describe, expect, it, onTestFinished } from 'vitest';
import { createCallbackPoster } from '#lib/simulator/post-callback.ts';
import { signCallback } from '#lib/simulator/sign-callback.ts';
import { callbackReceiver } from './simulated-ivm.ts';

const body = Buffer.from('{"message_id":1676822987447548758,"test":false}');

function poster(timeoutMs = 5000) {
  const created = createCallbackPoster({ timeoutMs, now: () => new Date('2026-03-10T10:15:00.999Z') });
  onTestFinished(() => created.close());
  return created;
}

describe('createCallbackPoster', () => {
  it('posts the bytes as JSON', async () => {
    const receiver = await callbackReceiver();
    expect(await poster().post({ url: receiver.url }, body)).toEqual({ outcome: 'answered', status: 200 });
    expect(receiver.received).toEqual([
      expect.objectContaining({ method: 'POST', url: '/callbacks/device-alarm', body: body.toString() }),
    ]);
    expect(receiver.received[0]?.headers['content-type']).toBe('application/json');
  });

  it('signs with the whole seconds of its clock where there is a key', async () => {
    const receiver = await callbackReceiver();
    await poster().post({ url: receiver.url, authKey: 'secret123' }, body);
    expect(receiver.received[0]?.headers).toMatchObject({
      'x-ivm-timestamp': '1773137700',
      'x-ivm-signature': signCallback(receiver.url, 1_773_137_700, 'secret123'),
    });
  });

  it('sends no signature where there is no key', async () => {
    const receiver = await callbackReceiver();
    await poster().post({ url: receiver.url }, body);
    expect(receiver.received[0]?.headers).not.toHaveProperty('x-ivm-timestamp');
    expect(receiver.received[0]?.headers).not.toHaveProperty('x-ivm-signature');
  });

  it.each([201, 204, 302, 500])('gives back status %i without following or repeating anything', async (status) => {
    const receiver = await callbackReceiver();
    receiver.answer(status);
    expect(await poster().post({ url: receiver.url }, body)).toEqual({ outcome: 'answered', status });
    expect(receiver.received).toHaveLength(1);
  });

  it('gives up on a receiver that does not answer, after one try', async () => {
    const receiver = await callbackReceiver();
    receiver.answer('never');
    expect(await poster(50).post({ url: receiver.url }, body)).toEqual({ outcome: 'timed-out' });
    expect(receiver.received).toHaveLength(1);
  });

  it('tells a receiver that is not there', async () => {
    expect(await poster().post({ url: 'http://127.0.0.1:1/' }, body)).toEqual({ outcome: 'unreachable' });
  });

  it('keeps the connection for the next callback', async () => {
    const receiver = await callbackReceiver();
    const sender = poster();
    await sender.post({ url: receiver.url }, body);
    await sender.post({ url: receiver.url }, body);
    expect(receiver.received.map(({ headers }) => headers.connection)).toEqual(['keep-alive', 'keep-alive']);
  });
});
