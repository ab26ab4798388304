import { describe, expect, it } from 'vitest';
import { operationsOf } from './operations.ts';
import { simulatedIvm } from './simulated-ivm.ts';

describe('an answer that was ordered', () => {
  it.each([
    ['batchGetAlarmPictures', { alarm_uuids: ['a'] }],
    ['deleteCallback', { subscription_type: 'DEVICE_ALARM' }],
    ['listTargetGroups', { device_id: 'GARDEN12345678' }],
  ] as const)('comes from %s, however that is served, as often as it was ordered', async (name, input) => {
    const simulator = await simulatedIvm();
    const client = await operationsOf(simulator);
    const call = client[name] as (asked: object) => Promise<unknown>;
    const refusal = { status: 400, body: JSON.stringify({ error_code: 'IVM.10020048', error_msg: 'ordered' }) };
    simulator.answerNext(name, refusal, 1);
    await expect(call(input)).rejects.toMatchObject({ code: 'IVM.10020048' });
    const next: unknown = await call(input).catch((error: unknown) => error);
    expect(next).not.toMatchObject({ code: 'IVM.10020048' });
  });
});
