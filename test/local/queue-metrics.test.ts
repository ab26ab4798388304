import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createProvisioning } from '#lib/aws/provisioning.ts';
import { createSender } from '#lib/aws/queues.ts';
import { startFauxqsServer } from '#lib/local/fauxqs-server.ts';
import { type QueueMetricsDeps, startQueueMetrics } from '#lib/local/queue-metrics.ts';

const region = 'us-east-1';
const now = new Date('2026-01-01T00:00:00Z');

function recorded(contents: QueueMetricsDeps['contents']) {
  const values: string[] = [];
  const record: QueueMetricsDeps['record'] = ({ namespace, name, dimensions }, [value]) => {
    values.push(`${namespace} ${dimensions['QueueName']} ${name.replace('Approximate', '')} ${value}`);
  };
  return { values, deps: { contents, record, now: () => now } };
}

describe('the metrics of the embedded queues', () => {
  it('tell what waits and how old the oldest is, at once and every minute; zero where nothing waits', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const oldestSentAt = new Date('2025-12-31T23:58:59.500Z');
    const contents = vi.fn<QueueMetricsDeps['contents']>((name) =>
      name === 'busy' ? { visible: 2, inFlight: 1, delayed: 3, oldestSentAt } : { visible: 0, inFlight: 0, delayed: 0 },
    );
    const { values, deps } = recorded(contents);
    const queueMetrics = startQueueMetrics(
      [
        { name: 'busy', isDeadLetterQueue: false },
        { name: 'idle', isDeadLetterQueue: false },
      ],
      deps,
    );
    const expected = [
      'AWS/SQS busy NumberOfMessagesVisible 2',
      'AWS/SQS busy NumberOfMessagesNotVisible 1',
      'AWS/SQS busy NumberOfMessagesDelayed 3',
      'AWS/SQS busy AgeOfOldestMessage 60.5',
      'AWS/SQS idle NumberOfMessagesVisible 0',
      'AWS/SQS idle NumberOfMessagesNotVisible 0',
      'AWS/SQS idle NumberOfMessagesDelayed 0',
      'AWS/SQS idle AgeOfOldestMessage 0',
    ];
    expect(values).toEqual(expected);
    vi.advanceTimersByTime(60_000);
    expect(values).toEqual([...expected, ...expected]);
    queueMetrics.stop();
    vi.advanceTimersByTime(60_000);
    expect(values).toHaveLength(2 * expected.length);
  });

  it('say nothing of the age of dead letters, nor of a queue that is not there', () => {
    const oldestSentAt = new Date(0);
    const { values, deps } = recorded((name) =>
      name === 'dead' ? { visible: 1, inFlight: 0, delayed: 0, oldestSentAt } : undefined,
    );
    startQueueMetrics(
      [
        { name: 'dead', isDeadLetterQueue: true },
        { name: 'absent', isDeadLetterQueue: false },
      ],
      deps,
    ).stop();
    expect(values).toEqual([
      'AWS/SQS dead NumberOfMessagesVisible 1',
      'AWS/SQS dead NumberOfMessagesNotVisible 0',
      'AWS/SQS dead NumberOfMessagesDelayed 0',
    ]);
  });
});

describe('the embedded SQS', () => {
  it('knows its oldest message while it waits and while it is handled, but not before it is due', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'queues-'));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const server = await startFauxqsServer({ sqsDir: join(dir, 'sqs'), s3Dir: join(dir, 's3'), region });
    const { endpoint } = server;
    const keys = { accessKeyId: 'TEST', secretAccessKey: 'TEST' };
    const stores = createProvisioning({ region, ...keys, sqs: endpoint, s3: endpoint, dynamodb: endpoint });
    onTestFinished(async () => {
      stores.close();
      await server.close();
    });
    const url = `${endpoint}/000000000000/q`;
    await stores.createQueue('q', url, { VisibilityTimeout: '60' });
    expect(server.queueContents('absent')).toBeUndefined();
    expect(server.queueContents('q')).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    await stores.createQueue('later', `${endpoint}/000000000000/later`, { DelaySeconds: '60' });
    await createSender(stores.clients.sqs)(`${endpoint}/000000000000/later`, 'body', {}, 5_000);
    expect(server.queueContents('later')).toEqual({ visible: 0, inFlight: 0, delayed: 1 });

    const beforeMs = Date.now();
    await createSender(stores.clients.sqs)(url, 'one', {}, 5_000);
    const oldest = server.queueContents('q')?.oldestSentAt ?? new Date(0);
    expect(oldest.getTime()).toBeGreaterThanOrEqual(beforeMs);
    const [record] = await stores.receive('arn:q', url, 1, 0);
    await createSender(stores.clients.sqs)(url, 'two', {}, 5_000);
    expect(server.queueContents('q')).toEqual({ visible: 1, inFlight: 1, delayed: 0, oldestSentAt: oldest });
    await stores.delete(url, [record?.receiptHandle ?? '']);
    expect(server.queueContents('q')).toMatchObject({ visible: 1, inFlight: 0 });
  });
});
