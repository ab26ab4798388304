import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** What a server of this machine shows, and what its callers are told to trust. */
export type Certificate = { certificate: string; key: string };

const validMs = 7 * 86_400_000;

/**
 * Makes a self-signed certificate for 127.0.0.1 and a new P-256 key (RFC 5280), which Node has no call for: the few
 * structures are written by hand, so that neither a key nor a tool has to be at hand.
 */
export function createCertificate(now: Date): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const toBeSigned = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    name('127.0.0.1'),
    sequence(time(new Date(now.getTime() - validMs)), time(new Date(now.getTime() + validMs))),
    name('127.0.0.1'),
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(isAuthority, loopbackAddress)),
  );
  const certificate = sequence(toBeSigned, ecdsaWithSha256, bitString(signature(toBeSigned, privateKey)));
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines(certificate.toString('base64'))}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const lines = (text: string): string => text.replaceAll(/.{64}(?=.)/g, '$&\n');
const signature = (content: Buffer, key: KeyObject): Buffer => sign('sha256', content, key);

/** One value of DER: its tag, how long it is, what is in it. */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const value = Buffer.concat(content);
  const length =
    value.length < 0x80
      ? [value.length]
      : value.length < 0x100
        ? [0x81, value.length]
        : [0x82, value.length >> 8, value.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), value]);
}

const sequence = (...content: readonly Buffer[]): Buffer => der(0x30, ...content);
const integer = (value: Buffer): Buffer => der(0x02, value);
const octets = (value: Buffer): Buffer => der(0x04, value);
const bitString = (value: Buffer): Buffer => der(0x03, Buffer.from([0]), value);
const identifier = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const tagged = (number: number, value: Buffer): Buffer => der(0xa0 + number, value);
/** UTCTime, good until 2049. */
const time = (date: Date): Buffer =>
  der(0x17, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`));
/** A name of one part, the common name. */
const name = (text: string): Buffer =>
  sequence(der(0x31, sequence(identifier('550403'), der(0x0c, Buffer.from(text)))));
const ecdsaWithSha256 = sequence(identifier('2a8648ce3d040302'));
/** basicConstraints, critical: it signs itself. */
const isAuthority = sequence(
  identifier('551d13'),
  der(0x01, Buffer.from([0xff])),
  octets(sequence(der(0x01, Buffer.from([0xff])))),
);
/** subjectAltName: the address 127.0.0.1. */
const loopbackAddress = sequence(identifier('551d11'), octets(sequence(der(0x87, Buffer.from([127, 0, 0, 1])))));
