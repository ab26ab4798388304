import type { LookupAddress, LookupOptions } from 'node:dns';
import { connect, createServer } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  guardedLookup,
  isAddressAllowed,
  isHostAllowed,
  isPublicAddress,
  type Resolve,
} from '#lib/ivm/public-address.ts';

const open = [
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '169.253.255.255',
  '169.255.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.1.0',
  '192.88.98.255',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2606:4700::1111',
  '2001:1::1',
  '2001:4860:4860::8888',
  '2a00:1450::1',
  '::ffff:8.8.8.8',
  '::ffff:808:808',
];

const loopback = ['127.0.0.1', '127.255.255.254', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::ffff:7f00:1'];

const closed = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '100.127.255.255',
  '169.254.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.8',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.0.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::7f00:1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%eth0',
  'febf::1',
  'fec0::1',
  'ff02::1',
  '64:ff9b::a00:1',
  '64:ff9b:1::1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::1',
  '3fff::1',
  '::ffff:10.0.0.1',
  '::ffff:a9fe:a9fe',
  '::ffff:0.0.0.0',
];

const noAddress = [
  '',
  'example.com',
  '1.2.3',
  '1.2.3.4.5',
  '256.1.1.1',
  '[::1]',
  '8.8.8.8 ',
  '010.8.8.8',
  '0x08080808',
];

describe('isPublicAddress', () => {
  it.each(open)('opens %s', (ip) => {
    expect(isPublicAddress(ip)).toBe(true);
  });

  it.each([...loopback, ...closed, ...noAddress])('refuses %j', (ip) => {
    expect(isPublicAddress(ip)).toBe(false);
  });

  it('judges an IPv4 address alike in each of its IPv6 forms', () => {
    fc.assert(
      fc.property(fc.ipV4(), (ip) => {
        const [a = 0, b = 0, c = 0, d = 0] = ip.split('.').map(Number);
        const hex = `::ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
        expect([isPublicAddress(`::ffff:${ip}`), isPublicAddress(hex)]).toEqual(Array(2).fill(isPublicAddress(ip)));
      }),
    );
  });

  it('refuses local and multicast IPv6 addresses to the last one', () => {
    const groups = fc.oneof(fc.integer({ min: 0xfc00, max: 0xfdff }), fc.integer({ min: 0xfe80, max: 0xffff }));
    fc.assert(
      fc.property(groups, fc.integer({ min: 0, max: 0xffff }), (first, last) => {
        expect(isPublicAddress(`${first.toString(16)}:1:2:3:4:5:6:${last.toString(16)}`)).toBe(false);
      }),
    );
  });
});

describe('isAddressAllowed', () => {
  it.each(loopback)('allows %s where this machine is allowed', (ip) => {
    expect([isAddressAllowed(ip, true), isAddressAllowed(ip, false)]).toEqual([true, false]);
  });

  it.each(open)('allows %s', (ip) => {
    expect([isAddressAllowed(ip, true), isAddressAllowed(ip, false)]).toEqual([true, true]);
  });

  it.each([...closed, ...noAddress])('refuses %j even where this machine is allowed', (ip) => {
    expect([isAddressAllowed(ip, true), isAddressAllowed(ip, false)]).toEqual([false, false]);
  });
});

describe('isHostAllowed', () => {
  it.each([
    ['https://pictures.example.com/a', true, true],
    ['https://8.8.8.8/a', true, true],
    ['https://[2606:4700::1111]/a', true, true],
    ['https://notlocalhost/a', true, true],
    ['https://localhost.example.com/a', true, true],
    ['https://localhost/a', false, true],
    ['https://LOCALHOST./a', false, true],
    ['https://cam.localhost/a', false, true],
    ['https://127.0.0.1/a', false, true],
    ['https://2130706433/a', false, true],
    ['https://0x7f.1/a', false, true],
    ['https://[::1]/a', false, true],
    ['https://[::ffff:127.0.0.1]/a', false, true],
    ['https://169.254.169.254/a', false, false],
    ['https://0xa9fea9fe/a', false, false],
    ['https://10.1/a', false, false],
    ['https://[fd00:ec2::254]/a', false, false],
    ['https://[::ffff:10.0.0.1]/a', false, false],
    ['https://0/a', false, false],
  ])('%s: %j, and %j where this machine is allowed', (url, isOpen, isOpenLocally) => {
    const { hostname } = new URL(url);
    expect([isHostAllowed(hostname, false), isHostAllowed(hostname, true)]).toEqual([isOpen, isOpenLocally]);
  });
});

const family = (address: string) => (address.includes(':') ? 6 : 4);
const answering =
  (...addresses: string[]): Resolve =>
  (_hostname, _options, callback) => {
    callback(
      null,
      addresses.map((address) => ({ address, family: family(address) })),
    );
  };

type Answer = { error: NodeJS.ErrnoException | null; address: string | LookupAddress[]; family: number | undefined };
const look = (resolve: Resolve, options: LookupOptions = {}, allowLoopback = false) =>
  new Promise<Answer>((settle) => {
    guardedLookup(allowLoopback, resolve)('pictures.example.com', options, (error, address, family) => {
      settle({ error, address, family });
    });
  });

describe('guardedLookup', () => {
  it('gives the first address with its family', async () => {
    const answer = await look(answering('2606:4700::1111', '8.8.8.8'));
    expect(answer).toEqual({ error: null, address: '2606:4700::1111', family: 6 });
  });

  it('gives all addresses where all are asked for', async () => {
    const answer = await look(answering('8.8.8.8', '1.1.1.1'), { all: true });
    const addresses = [
      { address: '8.8.8.8', family: 4 },
      { address: '1.1.1.1', family: 4 },
    ];
    expect(answer).toEqual({ error: null, address: addresses, family: undefined });
  });

  it('asks the resolver for all addresses and hands the other options on', async () => {
    const asked: unknown[] = [];
    const resolve: Resolve = (hostname, options, callback) => {
      asked.push([hostname, options]);
      callback(null, [{ address: '8.8.8.8', family: 4 }]);
    };
    await look(resolve, { family: 4, hints: 32, all: false });
    expect(asked).toEqual([['pictures.example.com', { family: 4, hints: 32, all: true }]]);
  });

  it.each([
    [['10.0.0.1']],
    [['8.8.8.8', '169.254.169.254']],
    [['8.8.8.8', '::1']],
    [['fd00:ec2::254', '8.8.8.8']],
    [['127.0.0.1']],
  ])('refuses a name that leads to %j, for good', async (addresses) => {
    for (const options of [{}, { all: true }]) {
      const { error } = await look(answering(...addresses), options);
      expect(error).toMatchObject({ name: 'PermanentError', code: 'private-address', retryable: false });
      expect(error?.message).not.toMatch(/example|\d/);
    }
  });

  it('lets a name lead to this machine where that is allowed, and nowhere else inside', async () => {
    expect(await look(answering('::1', '127.0.0.1'), {}, true)).toMatchObject({ error: null, address: '::1' });
    expect(await look(answering('127.0.0.1', '10.0.0.1'), {}, true)).toMatchObject({
      error: { code: 'private-address' },
    });
  });

  it('hands the error of the resolver on', async () => {
    const failure = Object.assign(new Error('no'), { code: 'EAI_AGAIN' });
    const { error } = await look((_hostname, _options, callback) => {
      callback(failure, []);
    });
    expect(error).toBe(failure);
  });

  it.each([{}, { all: true }])('takes no address for an unknown name with %j', async (options) => {
    expect(await look(answering(), options)).toMatchObject({ error: { code: 'ENOTFOUND' } });
  });

  it('resolves names with the system by itself', async () => {
    const open = await new Promise((settle) => {
      guardedLookup(true)('localhost', {}, (error, address) => {
        settle({ error, address });
      });
    });
    expect(open).toMatchObject({ error: null, address: expect.stringMatching(/^(?:127\.0\.0\.1|::1)$/) });
  });

  it.each([
    [true, 'connected'],
    [false, 'private-address'],
  ])('decides about a socket: with this machine allowed %j it is %s', async (allowLoopback, outcome) => {
    const server = createServer((socket) => socket.end());
    await new Promise<void>((ready) => {
      server.listen(0, '127.0.0.1', ready);
    });
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const seen = await new Promise((settle) => {
      const lookup = guardedLookup(allowLoopback, answering('127.0.0.1'));
      const socket = connect({ host: 'pictures.example.com', port, lookup });
      socket.once('connect', () => {
        socket.destroy();
        settle('connected');
      });
      socket.once('error', (error: NodeJS.ErrnoException) => {
        settle(error.code);
      });
    });
    await new Promise((closed) => {
      server.close(closed);
    });
    expect(seen).toBe(outcome);
  });
});
