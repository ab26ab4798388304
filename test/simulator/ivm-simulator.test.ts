import { describe, expect, it } from 'vitest';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import { ConfigError } from '#lib/errors.ts';
import { type Delivery, type OutgoingMessage, startIvmSimulator } from '#lib/simulator/ivm-simulator.ts';
import { signCallback } from '#lib/simulator/sign-callback.ts';
import { call, callbackReceiver, keys, simulatedIvm, subscribe, tokenOf, userId } from './simulated-ivm.ts';

const forever = new AbortController().signal;

describe('startIvmSimulator', () => {
  it.each([
    [{ userId: '123' }, 'simulator-user-id'],
    [{ accessKey: 'a b' }, 'simulator-keys'],
    [{ secretKey: '' }, 'simulator-keys'],
  ])('refuses %j', async (change, code) => {
    const starting = startIvmSimulator({ userId, accessKey: keys.ak, secretKey: keys.sk, ...change });
    await expect(starting).rejects.toThrow(ConfigError);
    await expect(starting).rejects.toMatchObject({ code });
  });

  it('refuses a port that is taken', async () => {
    const { endpoint } = await simulatedIvm();
    await expect(simulatedIvm({ port: Number(new URL(endpoint).port) })).rejects.toThrow('EADDRINUSE');
  });

  it('answers and calls nobody after it has closed', async () => {
    const simulator = await simulatedIvm();
    await tokenOf(simulator);
    await simulator.close();
    await expect(tokenOf(simulator)).rejects.toThrow('fetch failed');
    expect(await simulator.deliver(simulator.message())).toMatchObject({ outcome: 'unreachable' });
  });
});

describe('deliver', () => {
  it('posts the message as written, signed with the key of its subscription', async () => {
    const simulator = await simulatedIvm();
    const receiver = await callbackReceiver();
    await subscribe(simulator, receiver, { subscription: 'VEHICLE_DATA', authKey: 'secret123' });
    const message = simulator.message('vehicle_data');
    expect(await simulator.deliver(message)).toEqual({
      outcome: 'acknowledged',
      status: 200,
      durationMs: expect.any(Number),
    });
    expect(receiver.received.map(({ body }) => body)).toEqual([message.body.toString()]);
    expect(receiver.received[0]?.headers['x-ivm-signature']).toBe(
      signCallback(receiver.url, 1_773_137_700, 'secret123'),
    );
  });

  it('signs with its own clock', async () => {
    const simulator = await simulatedIvm();
    const receiver = await callbackReceiver();
    await subscribe(simulator, receiver, { subscription: 'VEHICLE_DATA', authKey: 'secret123' });
    simulator.advance(60_000);
    await simulator.deliver(simulator.message('vehicle_data'));
    expect(receiver.received[0]?.headers['x-ivm-timestamp']).toBe('1773137760');
  });

  it.each([201, 204, 301, 500, 503])('counts an answer of %i as refused', async (status) => {
    const simulator = await simulatedIvm();
    const receiver = await callbackReceiver();
    await subscribe(simulator, receiver, { subscription: 'DEVICE_ALARM' });
    receiver.answer(status);
    expect(await simulator.deliver(simulator.message('device_alarm'))).toMatchObject({ outcome: 'refused', status });
    expect(receiver.received).toHaveLength(1);
  });

  it('tells a receiver that does not answer in time', async () => {
    const simulator = await simulatedIvm({ callbackTimeoutMs: 50 });
    const receiver = await callbackReceiver();
    await subscribe(simulator, receiver, { subscription: 'DEVICE_ALARM' });
    receiver.answer('never');
    expect(await simulator.deliver(simulator.message('device_alarm'))).toMatchObject({ outcome: 'timed-out' });
  });

  it('sends nothing without a subscription', async () => {
    const simulator = await simulatedIvm();
    expect(await simulator.deliver(simulator.message('device_alarm'))).toMatchObject({ outcome: 'not-subscribed' });
    expect(simulator.stats).toMatchObject({ messages: { device_alarm: 1 }, deliveries: { 'not-subscribed': 1 } });
  });

  async function silenced() {
    const simulator = await simulatedIvm();
    const receiver = await callbackReceiver();
    await subscribe(simulator, receiver, { subscription: 'DEVICE_ALARM' });
    receiver.answer(500);
    const send = async () => (await simulator.deliver(simulator.message('device_alarm'))).outcome;
    for (let count = 0; count < 6; count += 1) expect(await send()).toBe('refused');
    receiver.answer(200);
    expect(await send()).toBe('breaker-open');
    expect(receiver.received).toHaveLength(6);
    return { simulator, receiver, send };
  }

  it('falls silent after six failures, and speaks again after ten minutes', async () => {
    const { simulator, send } = await silenced();
    simulator.advance(10 * 60_000 - 1);
    expect(await send()).toBe('breaker-open');
    simulator.advance(1);
    expect(await send()).toBe('acknowledged');
  });

  it('speaks again at once when the URL is registered anew', async () => {
    const { simulator, receiver, send } = await silenced();
    await subscribe(simulator, receiver, { subscription: 'DEVICE_ALARM' });
    expect(await send()).toBe('acknowledged');
  });

  it('stays silent when registering anew fails', async () => {
    const { simulator, receiver, send } = await silenced();
    receiver.answer(500);
    await subscribe(simulator, receiver, { subscription: 'DEVICE_ALARM' });
    expect(await send()).toBe('breaker-open');
  });
});

describe('run', () => {
  async function subscribedToAll(options: Parameters<typeof simulatedIvm>[0] = {}) {
    const simulator = await simulatedIvm({ sleep: async () => undefined, ...options });
    const receiver = await callbackReceiver();
    for (const { subscription } of subscriptions) await subscribe(simulator, receiver, { subscription });
    return { simulator, receiver };
  }

  it.each([0, 1, 9, 50])('sends exactly %i messages and waits for their answers', async (count) => {
    const { simulator, receiver } = await subscribedToAll();
    const deliveries: [OutgoingMessage, Delivery][] = [];
    await simulator.run({
      ratePerSecond: 1000,
      count,
      signal: forever,
      onDelivery: (message, delivery) => deliveries.push([message, delivery]),
    });
    expect(deliveries).toHaveLength(count);
    expect(deliveries.every(([, { outcome }]) => outcome === 'acknowledged')).toBe(true);
    expect(receiver.received.map(({ body }) => body).toSorted()).toEqual(
      deliveries.map(([{ body }]) => body.toString()).toSorted(),
    );
    expect(simulator.stats.deliveries.acknowledged).toBe(count);
  });

  it('sends them also when nobody listens to the outcome', async () => {
    const { simulator, receiver } = await subscribedToAll();
    await simulator.run({ ratePerSecond: 1000, count: 12, signal: forever });
    expect(receiver.received).toHaveLength(12);
  });

  it('covers all nine types with nine messages, also in the middle of things', async () => {
    const { simulator } = await subscribedToAll();
    for (let count = 0; count < 5; count += 1) simulator.message();
    const types = new Set<string>();
    await simulator.run({
      ratePerSecond: 1000,
      count: 9,
      signal: forever,
      onDelivery: ({ messageType }) => types.add(messageType),
    });
    expect(types.size).toBe(9);
  });

  it('waits as long as the rate says', async () => {
    const waits: number[] = [];
    const { simulator } = await subscribedToAll({
      sleep: async (milliseconds) => {
        waits.push(milliseconds);
      },
    });
    await simulator.run({ ratePerSecond: 0.001, count: 3, signal: forever });
    expect(waits.map((wait) => Math.round(wait / 100_000))).toEqual([10, 20]);
  });

  it('has no more deliveries under way than it may', async () => {
    const { simulator, receiver } = await subscribedToAll({ callbackTimeoutMs: 100 });
    receiver.answer('never');
    let ended = 0;
    let most = 0;
    await simulator.run({
      ratePerSecond: 1_000_000,
      count: 5,
      concurrency: 2,
      signal: forever,
      onDelivery: () => {
        most = Math.max(most, Object.values(simulator.stats.messages).reduce((sum, count) => sum + count, 0) - ended);
        ended += 1;
      },
    });
    expect(most).toBe(2);
  });

  it('goes on until it is told to stop, then lets deliveries under way end', async () => {
    const { simulator } = await subscribedToAll();
    const stop = new AbortController();
    let ended = 0;
    await simulator.run({
      ratePerSecond: 100_000,
      signal: stop.signal,
      onDelivery: () => {
        ended += 1;
        if (ended === 30) stop.abort();
      },
    });
    const sent = Object.values(simulator.stats.messages).reduce((sum, count) => sum + count, 0);
    expect(ended).toBe(sent);
    expect(ended).toBeGreaterThanOrEqual(30);
  });

  it('wakes from its wait when it is told to stop', async () => {
    const simulator = await simulatedIvm();
    const stop = new AbortController();
    const running = simulator.run({ ratePerSecond: 0.001, signal: stop.signal, onDelivery: () => stop.abort() });
    await expect(running).resolves.toBeUndefined();
  });

  it('ends when the simulator is closed', async () => {
    const simulator = await simulatedIvm();
    await simulator.run({ ratePerSecond: 0.001, signal: forever, onDelivery: () => void simulator.close() });
    expect(simulator.stats.deliveries['not-subscribed']).toBe(1);
  });

  it('fails with what its listener throws', async () => {
    const { simulator } = await subscribedToAll();
    const running = simulator.run({
      ratePerSecond: 1000,
      count: 20,
      signal: forever,
      onDelivery: () => {
        throw new Error('listener');
      },
    });
    await expect(running).rejects.toThrow('listener');
  });

  it.each([0, -1, Number.NaN])('refuses a rate of %d', async (ratePerSecond) => {
    const simulator = await simulatedIvm();
    await expect(simulator.run({ ratePerSecond, count: 1, signal: forever })).rejects.toThrow(RangeError);
  });
});

describe('stats', () => {
  it('count messages by type and deliveries by outcome', async () => {
    const simulator = await simulatedIvm();
    simulator.message('third_data');
    simulator.message('third_data');
    await call(simulator, { method: 'GET', path: '/' });
    expect(simulator.stats.messages).toEqual({ third_data: 2 });
  });
});
