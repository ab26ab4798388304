import { createHash, createHmac, hash } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signRequest } from '#lib/aws/sign-request.ts';

/** AWS's own test suite of Signature Version 4 (aws-sig-v4-test-suite), as far as its requests have no query. */
const suite = {
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  at: new Date('2015-08-30T12:36:00Z'),
  sessionToken:
    'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==',
};
type Case = {
  name: string;
  signature: string;
  method?: string;
  path?: string;
  headers?: { [name: string]: string };
  body?: string;
  sessionToken?: string;
};
const cases: Case[] = [
  { name: 'get-vanilla', signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31' },
  {
    name: 'get-utf8',
    path: '/%E1%88%B4',
    signature: '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85',
  },
  {
    name: 'get-unreserved',
    path: '/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
    signature: '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
  },
  {
    name: 'get-header-value-trim',
    headers: { 'my-header1': ' value1', 'my-header2': ' "a   b   c"' },
    signature: 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  },
  {
    name: 'post-vanilla',
    method: 'POST',
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
  {
    name: 'post-header-key-sort',
    method: 'POST',
    headers: { 'my-header1': 'value1' },
    signature: 'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
  },
  {
    name: 'post-header-value-case',
    method: 'POST',
    headers: { 'my-header1': 'VALUE1' },
    signature: 'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d',
  },
  {
    name: 'post-x-www-form-urlencoded',
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Param1=value1',
    signature: 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  },
  {
    name: 'post-sts-header-before',
    method: 'POST',
    sessionToken: suite.sessionToken,
    signature: '85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead',
  },
];

describe('signRequest', () => {
  it.each(cases)('signs $name of the test suite of AWS', (one) => {
    const { signature, method = 'GET', path = '/', headers = {}, body = '', sessionToken } = one;
    const signed = signRequest(
      {
        service: 'service',
        region: 'us-east-1',
        method,
        path,
        headers: { host: 'example.amazonaws.com', ...headers },
        bodySha256: hash('sha256', body),
      },
      { credentials: { ...suite.credentials, sessionToken }, at: suite.at },
    );
    const names = ['host', 'x-amz-date', ...Object.keys(headers), ...(sessionToken ? ['x-amz-security-token'] : [])];
    expect(signed['authorization']).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${names.toSorted().join(';')}, Signature=${signature}`,
    );
  });

  it('signs as the SDK does, whatever the request, the day, the region and the credentials, and follows their change', async () => {
    const word = fc.stringMatching(/^[a-z0-9]{1,12}$/);
    const text = fc.stringMatching(/^[ -~]{0,40}$/);
    const request = fc.record({
      service: fc.constantFrom('sqs', 's3', 'secretsmanager'),
      region: fc.constantFrom('ap-southeast-1', 'cn-north-1', 'us-east-1'),
      method: fc.constantFrom('POST', 'PUT'),
      parts: fc.array(
        fc.stringMatching(/^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2}){1,20}$/).filter((part) => !/^\.+$/.test(part)),
      ),
      names: fc.uniqueArray(word, { maxLength: 5 }),
      values: fc.array(text, { minLength: 5, maxLength: 5 }),
      body: fc.uint8Array({ maxLength: 200 }),
      at: fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
      credentials: fc.record({
        accessKeyId: word,
        secretAccessKey: fc.constantFrom('one secret', 'another/secret+'),
        sessionToken: fc.option(word, { nil: undefined }),
      }),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ service, region, method, parts, names, values, body, at, credentials }) => {
        const path = `/${parts.join('/')}`;
        const bodySha256 = hash('sha256', body);
        const headers = {
          host: 'queue.example',
          'x-amz-content-sha256': bodySha256,
          ...Object.fromEntries(names.map((name, index) => [`x-${name}`, values[index] ?? ''])),
        };
        const ours = signRequest({ service, region, method, path, headers, bodySha256 }, { credentials, at });
        const theirs = await new SignatureV4({
          service,
          region,
          credentials: {
            accessKeyId: credentials.accessKeyId,
            secretAccessKey: credentials.secretAccessKey,
            ...(credentials.sessionToken === undefined ? {} : { sessionToken: credentials.sessionToken }),
          },
          sha256: Sha256,
          // What comes in is encoded already.
          uriEscapePath: false,
        }).sign(
          { method, protocol: 'https:', hostname: 'queue.example', path, headers, body, query: {} },
          { signingDate: at },
        );
        expect(ours).toEqual(theirs.headers);
      }),
      { numRuns: 300 },
    );
  });
});

/** The digest that the signer of the SDK asks for. */
class Sha256 {
  readonly #digest;
  constructor(secret?: unknown) {
    this.#digest = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array);
  }
  update(data: Uint8Array | string): void {
    this.#digest.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#digest.digest();
  }
  reset(): void {
    throw new Error('a digest is used once');
  }
}
