/**
 * Copies pictures of 200 KB, 50 at once, each held and hashed before it is put. Arguments: `ours` with the parts that
 * store-pictures is made of, or `sdk` with `fetch` and the AWS SDK; where the pictures are, how many to warm up with, how
 * many to measure.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { createPictureObjects } from '#lib/aws/picture-objects.ts';
import { createIvmHttp } from '#lib/ivm/http.ts';
import { verifyPicture } from '#lib/pictures/verify-picture.ts';
import { eachLimited } from '#lib/runtime/each-limited.ts';
import { argument, cpuOf, peakRss, report } from '../harness/measure.ts';

const [way, endpoint, warmUps, counted] = [argument(0), argument(1), Number(argument(2)), Number(argument(3))];
const atOnce = 50;
const bucket = 'pictures';

function ours() {
  const now = () => new Date();
  const http = createIvmHttp({ endpoint, allowLoopback: true, now, random: Math.random, sleep });
  const objects = createPictureObjects(bucket);
  return async (name: string): Promise<void> => {
    const url = new URL(`${endpoint}/picture/${name}`);
    const { bytes } = await http.download(url, { maxBytes: 28 * 2 ** 20, timeoutMs: 10_000 });
    const verdict = verifyPicture(bytes);
    if (!('picture' in verdict)) throw new Error('that is no picture');
    const { picture } = verdict;
    const { contentType, sha256 } = picture;
    await objects.putIfAbsent(name, picture.bytes, { contentType, sha256, metadata: { sha256 } });
  };
}

function sdk() {
  const client = new S3Client({});
  return async (name: string): Promise<void> => {
    const response = await fetch(`${endpoint}/picture/${name}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: name,
        Body: bytes,
        ContentType: response.headers.get('content-type') ?? '',
        Metadata: { sha256 },
        IfNoneMatch: '*',
      }),
    );
  };
}

const copy = way === 'ours' ? ours() : sdk();
async function copyMany(count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `${index}.jpg`);
  const results = await eachLimited(names, atOnce, copy);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

await copyMany(warmUps);
const cpu = await cpuOf(() => copyMany(counted));
report({ cpu: cpu / counted, rss: peakRss() });
process.exit();
