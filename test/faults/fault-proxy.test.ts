import { describe, expect, it, onTestFinished } from 'vitest';
import type { Service } from '#lib/local/stack.ts';
import { type ScriptedAnswer, scriptedServer } from '../support/scripted-server.ts';
import { createFaultProxy, type Fault, type FaultProxyOptions, type Rule } from './fault-proxy.ts';

/** A proxy in front of a service that answers everything with 200 and `body`. */
async function proxyTo(service: Service, body: object, options: Partial<FaultProxyOptions> = {}) {
  const upstream = await scriptedServer([{ body, headers: { 'content-type': 'application/json' } }]);
  const proxy = createFaultProxy({ seed: 'proxy', ...options });
  onTestFinished(() => proxy.close());
  const endpoint = await proxy.through(service, upstream.endpoint);
  const post = async (content: object = {}, target = 'AmazonSQS.SendMessage') => {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': target },
      body: JSON.stringify(content),
      signal: AbortSignal.timeout(2_000),
    });
    return { status: response.status, text: await response.text() };
  };
  const inject = (fault: Fault, rule: Partial<Rule> = {}) => proxy.breakWith([{ on: service, fault, ...rule }]);
  return { upstream, proxy, endpoint, post, inject };
}

describe('a fault proxy', () => {
  it('hands on what nothing is the matter with', async () => {
    const { upstream, post } = await proxyTo('sqs', { MessageId: '1' });
    expect(await post({ MessageBody: 'hello' })).toEqual({ status: 200, text: '{"MessageId":"1"}' });
    expect(upstream.requests).toMatchObject([{ body: '{"MessageBody":"hello"}' }]);
  });

  it.each<[string, Fault, number]>([
    ['refused before it is seen', { kind: 'refuse' }, 0],
    ['done, and its reply lost', { kind: 'lose-reply' }, 1],
    ['done, and its reply cut', { kind: 'cut-reply' }, 1],
  ])('breaks the connection of a request that is %s', async (_title, fault, seen) => {
    const { upstream, post, inject } = await proxyTo('sqs', { MessageId: '1'.repeat(100) });
    inject(fault);
    await expect(post()).rejects.toThrow(/fetch failed|terminated/);
    expect(upstream.requests).toHaveLength(seen);
  });

  it.each<[Service, number, string]>([
    ['sqs', 403, 'RequestThrottled'],
    ['dynamodb', 400, 'ProvisionedThroughputExceededException'],
    ['s3', 503, '<Code>SlowDown</Code>'],
    ['secrets', 400, 'ThrottlingException'],
    ['ivm', 500, 'IVM.90000011'],
  ])('says as %s does that it is asked too often', async (service, status, text) => {
    const { upstream, post, inject } = await proxyTo(service, {});
    inject({ kind: 'throttle' });
    expect(await post()).toEqual({ status, text: expect.stringContaining(text) });
    expect(upstream.requests).toEqual([]);
  });

  it('does a part of a batch, and tells of the rest as SQS and DynamoDB do', async () => {
    const sqs = await proxyTo('sqs', { Successful: [] });
    sqs.inject({ kind: 'partial', share: 0.5 });
    const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: String(index), MessageBody: 'x' }));
    const { Failed } = JSON.parse((await sqs.post({ QueueUrl: 'q', Entries })).text);
    const taken = JSON.parse(sqs.upstream.requests[0]?.body ?? '{}');
    const ids = (entries: readonly { Id: string }[]) => new Set(entries.map(({ Id }) => Id));
    expect(ids(Failed).union(ids(taken.Entries))).toEqual(ids(Entries));
    expect(Failed.length + taken.Entries.length).toBe(Entries.length);
    expect(taken.QueueUrl).toBe('q');

    const dynamodb = await proxyTo('dynamodb', {});
    dynamodb.inject({ kind: 'partial', share: 0 });
    const RequestItems = { events: [{ PutRequest: { Item: { sk: { S: '1' } } } }] };
    expect(JSON.parse((await dynamodb.post({ RequestItems })).text)).toEqual({ UnprocessedItems: RequestItems });
    expect(dynamodb.upstream.requests).toEqual([]);
  });

  it('does it twice, late, slowly, or says what it is told to', async () => {
    const { upstream, post, inject } = await proxyTo('sqs', { MessageId: '1' });
    inject({ kind: 'repeat' });
    expect(await post()).toMatchObject({ status: 200 });
    expect(upstream.requests).toHaveLength(2);
    for (const fault of [
      { kind: 'late', afterMs: 5 },
      { kind: 'slow', pieces: 3, pauseMs: 5 },
    ] satisfies Fault[]) {
      inject(fault);
      expect(await post()).toEqual({ status: 200, text: '{"MessageId":"1"}' });
    }
    inject({ kind: 'answer', status: 401, body: '{"error_code":"IVM.10000002"}' });
    expect(await post()).toEqual({ status: 401, text: '{"error_code":"IVM.10000002"}' });
  });

  it('keeps to operations, numbers and times, and counts what has happened', async () => {
    let now = new Date(0);
    const { proxy, post, inject } = await proxyTo('sqs', {}, { now: () => now });
    const statuses = async (times: number, target?: string) => {
      const answers: number[] = [];
      for (let time = 0; time < times; time += 1) answers.push((await post({}, target)).status);
      return answers;
    };
    inject({ kind: 'status', status: 500 }, { operation: /^SendMessage$/, nth: { from: 2, to: 3 } });
    expect(await statuses(1, 'AmazonSQS.SendMessageBatch')).toEqual([200]);
    expect(await statuses(4)).toEqual([200, 500, 500, 200]);
    inject({ kind: 'status', status: 503 }, { during: { from: new Date(10), to: new Date(20) } });
    expect(await statuses(1)).toEqual([200]);
    now = new Date(15);
    expect(await statuses(1)).toEqual([503]);
    expect(proxy.happened.get('sqs status')).toBe(3);
    expect(proxy.asked.get('sqs SendMessage')).toBe(6);
    proxy.mend();
    expect(await statuses(1)).toEqual([200]);
  });

  it('shortens the waits that functions ask SQS for, and takes the place of IVM in the URLs of its pictures', async () => {
    const sqs = await proxyTo('sqs', {}, { hurry: 10 });
    await sqs.post({ VisibilityTimeout: 900, Entries: [{ Id: '1', DelaySeconds: 60 }] });
    expect(JSON.parse(sqs.upstream.requests[0]?.body ?? '{}')).toEqual({
      VisibilityTimeout: 90,
      Entries: [{ Id: '1', DelaySeconds: 6 }],
    });

    const answers: ScriptedAnswer[] = [];
    const upstream = await scriptedServer(answers);
    const headers = { 'content-type': 'application/json' };
    answers.push({ body: { url: `${upstream.endpoint}/1.jpg` }, headers });
    const endpoint = await sqs.proxy.through('ivm', upstream.endpoint);
    expect(await (await fetch(endpoint)).json()).toEqual({ url: `${endpoint}/1.jpg` });
  });
});
