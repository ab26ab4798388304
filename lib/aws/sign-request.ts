import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

export type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string | undefined };

export type SignableRequest = {
  service: string;
  region: string;
  method: string;
  /** Signed as it is sent, percent-encoded once; there is no query. */
  path: string;
  /** By their names in lower case, `host` among them; all of them are signed. */
  headers: { readonly [name: string]: string };
  bodySha256: string;
};

/** The headers of a request with those that sign it by AWS Signature Version 4. */
export function signRequest(
  { service, region, method, path, headers, bodySha256 }: SignableRequest,
  { credentials, at }: { credentials: Credentials; at: Date },
): { [name: string]: string } {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const time = at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const date = time.slice(0, 8);
  const all: { [name: string]: string } = { ...headers, 'x-amz-date': time };
  if (sessionToken !== undefined) all['x-amz-security-token'] = sessionToken;
  const sorted = Object.keys(all).toSorted();
  const names = sorted.join(';');
  const lines = sorted.map((name) => `${name}:${all[name]?.trim().replaceAll(/ +/g, ' ')}`);
  const canonical = [method, path, '', ...lines, '', names, bodySha256].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const signature = createHmac('sha256', dayKey(secretAccessKey, date, region, service))
    .update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash('sha256', canonical)}`)
    .digest('hex');
  all['authorization'] =
    `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return all;
}

/**
 * The key of the day, by service: it takes four digests to make, and changes with the day or the credentials alone. As an
 * object, since a digest by the bytes of a key makes one of them each time, which takes eight times as long as the digest.
 */
const dayKeys = new Map<string, { madeOf: string; key: KeyObject }>();

function dayKey(secretAccessKey: string, date: string, region: string, service: string): KeyObject {
  const madeOf = `${secretAccessKey} ${date} ${region}`;
  const known = dayKeys.get(service);
  if (known?.madeOf === madeOf) return known.key;
  const digest = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = createSecretKey([region, service, 'aws4_request'].reduce(digest, digest(`AWS4${secretAccessKey}`, date)));
  dayKeys.set(service, { madeOf, key });
  return key;
}
