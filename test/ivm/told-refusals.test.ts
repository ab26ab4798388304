import { describe, expect, it } from 'vitest';
import { tellingRefusals } from '#lib/ivm/told-refusals.ts';
import { scriptedServer } from '../support/scripted-server.ts';
import { ivmHttp } from './ivm-http.ts';

const frozen = { status: 403, body: { error_code: 'IVM.10000006', error_msg: 'frozen' } };

describe('tellingRefusals', () => {
  it.each([
    ['an account that IVM refuses', frozen, 1],
    ['no other refusal', { status: 400, body: { error_code: 'IVM.10000001' } }, 0],
  ])('tells of %s, and throws all the same', async (_what, answer, told) => {
    const { endpoint } = await scriptedServer([answer]);
    let refusals = 0;
    const http = tellingRefusals(ivmHttp(endpoint).http, () => {
      refusals += 1;
    });
    await expect(http.call({ name: 'x', method: 'GET', path: '/x', attempts: 1 })).rejects.toThrow('IVM did not do x');
    await expect(http.callForBytes({ name: 'x', method: 'GET', path: '/x', attempts: 1 })).rejects.toThrow(
      'IVM did not do x',
    );
    expect(refusals).toBe(2 * told);
  });
});
