import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { PermanentError } from '#lib/errors.ts';

type Subnet = readonly [network: string, prefixBits: number];

const ipv4: readonly Subnet[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

// The ranges that carry an IPv4 address inside (compatible, NAT64, 6to4, Teredo) would lead around the list above.
const ipv6: readonly Subnet[] = [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
];

const closed = new BlockList();
for (const [network, prefixBits] of ipv4) closed.addSubnet(network, prefixBits, 'ipv4');
for (const [network, prefixBits] of ipv6) closed.addSubnet(network, prefixBits, 'ipv6');
// Of IPv6 only 2000::/3 is handed out for use on the internet.
const unicast = new BlockList();
unicast.addSubnet('0.0.0.0', 0, 'ipv4');
unicast.addSubnet('2000::', 3, 'ipv6');
const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether an IPv4 or IPv6 address is one of the public internet; false for anything that is no address. */
export const isPublicAddress = (ip: string): boolean => isIP(ip) !== 0 && isOn(unicast, ip) && !isOn(closed, ip);

/** Public addresses, and with `allowLoopback` those of this machine: for a stack that runs on one machine. */
export const isAddressAllowed = (ip: string, allowLoopback: boolean): boolean =>
  isPublicAddress(ip) || (allowLoopback && isIP(ip) !== 0 && isOn(loopback, ip));

/**
 * Judges the host of a URL before it is connected to, because an address written into the URL never reaches the lookup.
 * A name passes here: `guardedLookup` judges what it resolves to.
 *
 * @param hostname as `URL.hostname` gives it: lower case, IPv6 in brackets
 */
export function isHostAllowed(hostname: string, allowLoopback: boolean): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0) return isAddressAllowed(host, allowLoopback);
  return allowLoopback || !/^(?:.*\.)?localhost\.?$/i.test(host);
}

export type Resolve = (
  hostname: string,
  options: Parameters<LookupFunction>[1] & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A lookup for `net.connect` whose answer is the address that is connected to: a name that resolves differently a moment
 * later cannot slip through. One closed address among several refuses the name, since any of them may be tried.
 *
 * The callback gets PermanentError `private-address`, or the error of the resolver.
 */
export const guardedLookup =
  (allowLoopback: boolean, resolve: Resolve = lookup): LookupFunction =>
  (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) {
        callback(error ?? noAddress(), []);
      } else if (!addresses.every(({ address }) => isAddressAllowed(address, allowLoopback))) {
        callback(new PermanentError('private-address', 'The name leads to an address inside of a private network'), []);
      } else if (options.all === true) {
        callback(null, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };

const noAddress = () => Object.assign(new Error('The name has no address'), { code: 'ENOTFOUND' });

// A list judges a mapped address (::ffff:0:0/96) by its IPv4 entries.
const isOn = (list: BlockList, ip: string) => list.check(ip, isIP(ip) === 4 ? 'ipv4' : 'ipv6');
