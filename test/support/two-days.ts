import { join } from 'node:path';
import { expect } from 'vitest';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import { type Stack, startStack } from '#lib/local/stack.ts';
import type { Camera } from '#lib/simulator/cameras.ts';
import type { IvmSimulator, OutgoingMessage } from '#lib/simulator/ivm-simulator.ts';
import { addDays } from '#lib/time/calendar.ts';
import { zonedDate } from '#lib/time/zoned-date.ts';

/** A local stack to which a simulated IVM has told of the two days before today. */
export type TwoDays = {
  stack: Stack;
  simulator: IvmSimulator;
  today: string;
  /** The day before yesterday, and yesterday. */
  days: readonly [string, string];
  /** Its device is away from noon to three in the afternoon of yesterday. */
  away: Camera;
  sent: readonly { message: OutgoingMessage; date: string }[];
};

export const zoneOfDays = 'Asia/Shanghai';
const hourMs = 3_600_000;
const dayHours = 23.9;
const deliveredAtOnce = 20;

/** The instant of an hour of a day. */
export const atHour = (date: string, hour: number) => new Date(Date.parse(`${date}T00:00:00+08:00`) + hour * hourMs);

/** Waits until a stack has nothing left to do. */
export async function drained(stack: Stack): Promise<void> {
  expect(await stack.drain(AbortSignal.timeout(120_000))).toBe(true);
}

export async function deliverAll(simulator: IvmSimulator, messages: readonly OutgoingMessage[]): Promise<void> {
  for (let from = 0; from < messages.length; from += deliveredAtOnce) {
    const outcomes = await Promise.all(
      messages.slice(from, from + deliveredAtOnce).map((message) => simulator.deliver(message)),
    );
    for (const { outcome } of outcomes) expect(outcome).toBe('acknowledged');
  }
}

/** @param options.messagesPerDay of all nine types by turns, spread evenly */
export async function startTwoDays(
  dir: string,
  options: { cameraCount: number; messagesPerDay: number },
): Promise<TwoDays> {
  const stack = await startStack({
    dataDir: join(dir, 'stack'),
    port: 0,
    ivm: { kind: 'simulated', cameraCount: options.cameraCount },
    onOutput: () => undefined,
    onError: () => undefined,
  });
  const { simulator } = stack;
  const away = simulator?.cameras.find(({ countsPeople }) => countsPeople);
  if (simulator === undefined || away === undefined) throw new Error('there is no simulated IVM that counts people');
  const { date: today } = zonedDate(new Date(), zoneOfDays);
  const days = [addDays(today, -2), addDays(today, -1)] as const;
  const [, yesterday] = days;
  simulator.states.setOffline(away.deviceId, undefined, atHour(yesterday, 12), atHour(yesterday, 15));
  const sent = days.flatMap((date) =>
    Array.from({ length: options.messagesPerDay }, (_, index) => {
      const type = subscriptions[index % subscriptions.length]?.messageType;
      const at = atHour(date, 0.05 + (index * dayHours) / options.messagesPerDay);
      return { message: simulator.message(type, { at }), date };
    }),
  );
  await deliverAll(simulator, [
    statusMessage(away, 'logout', atHour(yesterday, 12)),
    statusMessage(away, 'login', atHour(yesterday, 15)),
    // What IVM says of presence at random would tell of absences that the truth does not know.
    ...sent.map(({ message }) => message).filter(({ messageType }) => messageType !== 'device_status'),
  ]);
  await drained(stack);
  return { stack, simulator, today, days, away, sent };
}

/** A device going or coming, as IVM tells it. */
export function statusMessage(camera: Camera, method: 'login' | 'logout', when: Date): OutgoingMessage {
  const messageId = `${when.getTime()}000000`;
  const param = { device_id: camera.deviceId, channel_id: '', time: when.toISOString().replace('.000Z', 'Z') };
  const data = { method, param: { ...param, video_channel: null } };
  const body = `{"message_id":${messageId},"message_type":"device_status","data":${JSON.stringify(data)},"test":false}`;
  return {
    subscription: 'DEVICE_EXCEPTION',
    messageType: 'device_status',
    messageId,
    body: Buffer.from(body),
    picturesWanted: 0,
  };
}
