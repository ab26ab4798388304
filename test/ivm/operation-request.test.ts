import { describe, expect, it } from 'vitest';
import { errorCode, errorMessage } from '#lib/errors.ts';
import { operationRequest, uncheckedRequest } from '#lib/ivm/operations/operation-request.ts';
import { type OperationName, operations } from '#lib/ivm/operations/operations.ts';

const userId = '109010000000000001';
const camera = { device_id: '2198988363CYP216924751', channel_id: '0' };
const requestOf = (name: OperationName, input: object) =>
  operationRequest(name, operations[name], userId, input as { [name: string]: unknown });

const problemOf = (name: OperationName, input: object): string => {
  try {
    requestOf(name, input);
    return '';
  } catch (error) {
    expect(errorCode(error)).toBe('bad-input');
    return errorMessage(error);
  }
};

describe('operationRequest', () => {
  it('puts each member where the interface wants it, and the user into the path', () => {
    expect(requestOf('updateChannel', { ...camera, channel_name: 'Door 1' })).toEqual({
      name: 'updateChannel',
      method: 'PUT',
      path: `/v1/${userId}/devices/${camera.device_id}/channels/0`,
      query: {},
      body: { channel_name: 'Door 1' },
    });
  });

  it('sends a body with DELETE where the interface takes one (trap 50)', () => {
    const { method, body } = requestOf('deleteTargetGroup', { device_id: camera.device_id, group_id: 3 });
    expect({ method, body }).toEqual({ method: 'DELETE', body: { device_id: camera.device_id, group_id: 3 } });
  });

  it('takes the path of snapshots literally, which is no device called snap (trap 51)', () => {
    const { path, query } = requestOf('snapDevice', { ...camera, storage: 'true' });
    expect({ path, query }).toEqual({ path: `/v1/${userId}/devices/snap`, query: { ...camera, storage: 'true' } });
    expect(problemOf('showDevice', { device_id: 'snap' })).toContain('device_id: it takes at least 8 characters');
  });

  it('writes lists in a query with commas (trap 53)', () => {
    expect(
      requestOf('listDevices', { device_state: ['ONLINE', 'OFFLINE'], ability: ['ptz', 'algorithm'], offset: 0 }).query,
    ).toEqual({ device_state: 'ONLINE,OFFLINE', ability: 'ptz,algorithm', offset: '0' });
  });

  it('deletes targets under the path that is spelled differently (trap 52)', () => {
    const { path } = requestOf('batchDeleteTargets', {
      device_id: camera.device_id,
      group_id: 3,
      target_ids: ['17'],
    });
    expect(path).toBe(`/v1/${userId}/target/batch-delete`);
  });

  it('sends both spellings of a member that the reference spells in two ways (trap 73)', () => {
    const point = { preset_index: 1, dwel_time: 30, speedLevel: 2 };
    const { body } = requestOf('updateCruiseTrack', {
      ...camera,
      cruises_id: 1,
      cruise_type: 'CRUISE_TRACK',
      cruise_name: 'Night',
      cruise_points: [point],
    });
    expect(body).toMatchObject({ cruise_points: [{ ...point, dwell_time: 30, speed_level: 2 }] });
  });

  it('calls the token of PTZ as each interface does (trap 64)', () => {
    expect(
      requestOf('controlPtz', { ...camera, control_lock: 'LOCK', direction: 'LEFT', mode: 'NON_POINT' }).body,
    ).toMatchObject({ control_lock: 'LOCK' });
    expect(requestOf('moveToPreset', { ...camera, control_token: 'LOCK', preset_index: '7' }).body).toEqual({
      control_token: 'LOCK',
      preset_index: '7',
    });
  });

  it('writes dates with a blank, and knows none without colons (trap 69)', () => {
    const span = { start_time: '2026-01-15 08:00:00', end_time: '2026-01-15 09:00:00' };
    const asked = { ...camera, record_position: 'CLOUD' };
    expect(requestOf('listPlaybackRecords', { ...asked, ...span }).query).toMatchObject(span);
    expect(problemOf('listPlaybackRecords', { ...asked, ...span, start_time: '2026-01-15 080000' })).toContain(
      'start_time: it takes a date and a time',
    );
  });

  it.each([
    ['updateDeviceOrg', { device_org_id: '1', device_org_name: '组'.repeat(25) }, ''],
    [
      'updateDeviceOrg',
      { device_org_id: '1', device_org_name: '组'.repeat(26) },
      'device_org_name: it takes 1 to 50 characters, of which a Chinese one counts as 2',
    ],
    ['updateDeviceOrg', { device_org_id: '1' }, 'device_org_name: it is missing'],
    ['updateDeviceOrg', { device_org_id: 'x', device_org_name: 'a' }, 'device_org_id: it takes digits alone'],
    ['showDevice', { ...camera }, 'channel_id: there is no such parameter'],
    ['showChannel', { ...camera, channel_id: '1000' }, 'channel_id: it takes 0 to 999, or 20 digits'],
    ['showChannel', { ...camera, channel_id: '34020000001320000001' }, ''],
    ['showDeviceGateway', { device_id: '34020000001320000001' }, ''],
    ['showDeviceGateway', { device_id: '34020000000000000001' }, 'device_id: it takes 20 digits'],
    ['listPresets', { ...camera, channel_id: '-1' }, ''],
    ['listDevices', { limit: 1001 }, 'limit: it takes at most 1000'],
    ['listDevices', { direction: 'DOWN' }, 'direction: it takes one of ASC, DESC'],
    ['moveDevices', { device_org_id: '1', device_ids: [] }, 'device_ids: it takes at least 1 entry'],
  ] as const)('of %s with %j says %j', (name, input, problem) => {
    expect(problemOf(name, input)).toContain(problem);
    if (problem === '') expect(problemOf(name, input)).toBe('');
  });

  it('names every problem at once, and repeats nothing that was given', () => {
    const problem = problemOf('setSecurityKey', { ...camera, new_security_key: 'secret7', current_security_key: 8 });
    expect(problem).toContain('new_security_key: it takes at least 8 characters');
    expect(problem).toContain('current_security_key: it takes a value of type string');
    expect(problem).not.toContain('secret7');
  });

  it('lets what has an effect each time, or takes something away, be sent once only', () => {
    const { attempts: once } = requestOf('snapDevice', { ...camera, storage: 'true' });
    const { attempts: destroyed } = requestOf('batchDeleteDevices', { devices: [camera.device_id] });
    const { attempts: read } = requestOf('showDevice', { device_id: camera.device_id });
    expect({ once, destroyed, read }).toEqual({ once: 1, destroyed: 1, read: undefined });
  });
});

describe('uncheckedRequest', () => {
  it('is the same for what IVM takes, but for how often what takes something away is sent', () => {
    const { snapDevice, batchDeleteDevices } = operations;
    const snapshot = { ...camera, storage: 'true' } as const;
    expect(uncheckedRequest('snapDevice', snapDevice, userId, snapshot)).toEqual(requestOf('snapDevice', snapshot));
    const deleted = { devices: [camera.device_id] };
    const { attempts, ...request } = requestOf('batchDeleteDevices', deleted);
    expect(uncheckedRequest('batchDeleteDevices', batchDeleteDevices, userId, deleted)).toEqual(request);
    expect(attempts).toBe(1);
  });

  it('takes ids whatever their form, and keeps them within their part of the path', () => {
    const { showChannel } = operations;
    const { path, query } = uncheckedRequest('showChannel', showChannel, userId, {
      device_id: '../a b',
      channel_id: '1000',
      need_cloud_ability: undefined,
    });
    expect(path).toBe(`/v1/${userId}/devices/..%2Fa%20b/channels/1000`);
    expect(query).toEqual({});
  });
});
