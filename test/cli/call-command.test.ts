import { describe, expect, it } from 'vitest';
import { readParameters } from '#lib/cli/call-input.ts';
import { describeReply } from '#lib/cli/call-texts.ts';
import { type OperationName, operations } from '#lib/ivm/operations/operations.ts';
import { command } from './in-process.ts';

const camera = ['--param', 'device_id=2198988363CYP216924751', '--param', 'channel_id=0'];
const call = (...argv: string[]) => command('call', ...argv);

describe('ivm-bridge call', () => {
  it('lists every operation with what it is for', async () => {
    const { code, stdout } = await call('--list');
    expect(code).toBe(0);
    for (const name of Object.keys(operations)) expect(stdout).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'));
    expect(stdout).toMatch(/^ {2}listCloudRecords +Use listPlaybackRecords\.$/m);
  });

  it.each(Object.keys(operations))('says what %s takes', async (name) => {
    const { code, stdout } = await call(name, '--help');
    expect(code).toBe(0);
    const { parameters, query, body } = operations[name as OperationName];
    for (const member of [parameters, query, body].flatMap(({ shape }) => Object.keys(shape))) {
      expect(stdout).toMatch(new RegExp(`^ {2}${member}(?: \\(optional\\))? +\\S.*`, 'm'));
    }
  });

  it('shows the request of a dry run, and no secret in it', async () => {
    const secrets = ['--param', 'new_security_key=abcdefgh1', '--param', 'current_security_key=abcdefgh0'];
    const { code, stdout } = await call('setSecurityKey', ...camera, ...secrets, '--dry-run', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      method: 'PUT',
      path: '/v1/{user_id}/devices/2198988363CYP216924751/channels/0/security-key',
      query: {},
      body: { new_security_key: '…', current_security_key: '…' },
    });
  });

  it.each([
    [['listDevice'], 2, 'There is no operation listDevice: see call --list'],
    [[], 2, 'There is no operation named: see call --list'],
    [['showDevice', 'listDevices'], 2, 'Name one operation'],
    [['showDevice'], 2, 'Say --param device_id=…'],
    [['showDevice', '--param', 'device_id'], 2, 'Write --param name=value'],
    [['showDevice', '--param', 'id=7'], 2, 'There is no parameter id; there are device_id, '],
    [['showDevice', '--param', 'device_id=7', '--dry-run'], 2, 'device_id: it takes at least 8 characters'],
    [['showDevice', '--param', 'device_id=12345678', '--all'], 2, 'showDevice has no pages: leave out --all'],
    [['showDevice', '--param', 'device_id=12345678'], 2, 'Name the tenant with --tenant, or say --local'],
    [
      ['deletePreset', ...camera, '--param', 'preset_index=1', '--local'],
      2,
      'There is nobody to ask: look with --dry-run, then say --yes',
    ],
    [['moveDevices', '--param', 'device_org_id=1', '--param', 'device_ids=[1'], 2, 'device_ids takes JSON'],
  ])('says what is wrong with %j', async (argv, status, text) => {
    const { code, stderr } = await call(...argv);
    expect({ code, stderr }).toEqual({ code: status, stderr: expect.stringContaining(text) });
  });
});

describe('readParameters', () => {
  it.each([
    ['listDevices', ['limit=5', 'device_state=ONLINE,OFFLINE'], { limit: 5, device_state: ['ONLINE', 'OFFLINE'] }],
    ['listDevices', ['need_specification=true'], { need_specification: true }],
    ['listDevices', ['device_name=a=b, c'], { device_name: 'a=b, c' }],
    ['batchDeleteDevices', ['devices=["12345678"]'], { devices: ['12345678'] }],
    ['batchDeletePlayUrls', ['urls=[{"url":"https://x"}]'], { urls: [{ url: 'https://x' }] }],
    ['listDevices', ['limit=five'], { limit: 'five' }],
  ] as const)('of %s reads %j as %j', (name, texts, input) => {
    expect(readParameters(operations[name], texts)).toEqual(input);
  });
});

describe('describeReply', () => {
  it('shows members as lines and lists as tables, without columns in which nothing stands', () => {
    const reply = {
      failed_num: 1,
      channels: [
        { channel_id: '0', note: '', result: { isDone: true, code: 'IVM.0', meaning: 'success', kind: 'ok' } },
        { channel_id: '10', result: { isDone: false, code: 'IVM.1', meaning: undefined, kind: 'permanent' } },
      ],
      names: ['a', 'b'],
    };
    expect(describeReply(reply).split('\n')).toEqual([
      'failed_num  1',
      'names       a, b',
      '',
      'channels:',
      'channel_id  result',
      '0           ok',
      '10          IVM.1',
    ]);
  });

  it('keeps columns in line where names are Chinese, which takes two columns a character', () => {
    const devices = [
      { name: '大堂 Lobby', state: 'ONLINE' },
      { name: 'Shop', state: 'OFFLINE' },
    ];
    expect(describeReply({ devices }).split('\n').slice(2)).toEqual([
      'name        state',
      '大堂 Lobby  ONLINE',
      'Shop        OFFLINE',
    ]);
  });

  it('shortens what is too wide for a cell, and nothing else', () => {
    const long = 'x'.repeat(100);
    expect(describeReply({ url: long, urls: [{ url: long }] })).toBe(`url  ${long}\n\nurls:\nurl\n${'x'.repeat(79)}…`);
  });
});
