import { expect, it } from 'vitest';
import { createIvmClient, requestToken } from '#lib/ivm/client.ts';
import { ivmHttp } from '../ivm/ivm-http.ts';
import { callbackReceiver, keys, simulatedIvm, subscribe, userId } from '../simulator/simulated-ivm.ts';
import { reconciling } from './reconciling.ts';

const minuteMs = 60_000;

it('closes the breaker that IVM has opened after six bad answers, as soon as the silence is noticed', async () => {
  const receiver = await callbackReceiver();
  const simulator = await simulatedIvm();
  await subscribe(simulator, receiver, { subscription: 'DEVICE_ALARM', authKey: 'key-device-alarm' });
  const { http } = ivmHttp(simulator.endpoint);
  const { token } = await requestToken(http, userId, { accessKey: keys.ak, secretKey: keys.sk });
  const ivm = createIvmClient(http, userId, {
    current: async () => token,
    renew: async () => token,
    rejected: () => undefined,
  });
  const { world, run, stateOf } = reconciling({
    ivm,
    settings: { isOwner: true, callbackBaseUrl: new URL(receiver.url).origin, timeZone: 'Asia/Shanghai' },
  });
  // Only this one is subscribed; the others have no keys.
  world.keys = { DEVICE_ALARM: ['key-device-alarm'] };
  const deliver = async () => (await simulator.deliver(simulator.message('device_alarm'))).outcome;

  receiver.answer(500);
  for (let failure = 0; failure < 6; failure += 1) expect(await deliver()).toBe('refused');
  receiver.answer(200);
  expect(await deliver()).toBe('breaker-open');

  // A message a minute until then, and none for the nine minutes since: the breaker would last another one.
  const last = world.nowMs;
  world.messages.set(
    'device_alarm',
    Array.from({ length: 60 }, (_, minute) => last - minute * minuteMs),
  );
  world.nowMs = last + 10 * minuteMs;
  simulator.advance(9 * minuteMs);
  expect(await deliver()).toBe('breaker-open');
  expect(stateOf(await run(), 'DEVICE_ALARM')).toMatchObject({ state: 'registered', cause: 'silence' });
  expect(await deliver()).toBe('acknowledged');
});
