import { describe, expect, it, vi } from 'vitest';
import { createMetricSums, type Metric, metric } from '#lib/runtime/metrics.ts';

describe('metric', () => {
  const linesOf = (tell: () => void) => {
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    tell();
    const lines = written.mock.calls.map(([line]) => JSON.parse(String(line)) as { [name: string]: unknown });
    written.mockRestore();
    return lines;
  };

  it('tells a value by one line, for the stack and by its dimensions', () => {
    const [line, ...others] = linesOf(() => metric('SecondsToStored', 1.5, { MessageType: 'device_alarm' }));
    expect(others).toEqual([]);
    expect(line).toMatchObject({
      SecondsToStored: 1.5,
      MessageType: 'device_alarm',
      _aws: {
        CloudWatchMetrics: [
          {
            Namespace: 'ivm-bridge',
            Dimensions: [['Stack'], ['Stack', 'MessageType']],
            Metrics: [{ Name: 'SecondsToStored', Unit: 'Seconds' }],
          },
        ],
      },
    });
  });

  it('tells a list by lines of a hundred values, which are as many as CloudWatch reads of one', () => {
    const values = Array.from({ length: 201 }, (_, index) => index);
    const lists = linesOf(() => metric('SecondsToStored', values)).map((line) => line['SecondsToStored']);
    expect(lists).toEqual([values.slice(0, 100), values.slice(100, 200), [200]]);
    expect(linesOf(() => metric('SecondsToStored', []))).toEqual([]);
  });
});

describe('createMetricSums', () => {
  const recorded = () => {
    const written: Parameters<Metric>[] = [];
    return { written, sums: createMetricSums((...line) => void written.push(line)) };
  };

  it('writes a line for each metric and its dimensions, with what was counted of it', () => {
    const { written, sums } = recorded();
    sums.metric('PictureStored', 1, { MessageType: 'device_alarm' });
    sums.metric('PictureStored', 1, { MessageType: 'vehicle_data' });
    sums.metric('PictureStored', 2, { MessageType: 'device_alarm' });
    sums.metric('SnapshotStored');
    sums.metric('SnapshotStored');
    expect(written).toEqual([]);
    sums.write();
    expect(written).toEqual([
      ['PictureStored', 3, { MessageType: 'device_alarm' }],
      ['PictureStored', 1, { MessageType: 'vehicle_data' }],
      ['SnapshotStored', 2, {}],
    ]);
  });

  it('puts lists together, each as it is', () => {
    const { written, sums } = recorded();
    sums.metric('SecondsToStored', [0.5], { MessageType: 'device_alarm' });
    sums.metric('SecondsToStored', [2], { MessageType: 'vehicle_data' });
    sums.metric('SecondsToStored', [1, 0.5], { MessageType: 'device_alarm' });
    sums.write();
    expect(written).toEqual([
      ['SecondsToStored', [0.5, 1, 0.5], { MessageType: 'device_alarm' }],
      ['SecondsToStored', [2], { MessageType: 'vehicle_data' }],
    ]);
  });

  it('begins anew after it has written', () => {
    const { written, sums } = recorded();
    sums.metric('SnapshotStored');
    sums.write();
    sums.write();
    sums.metric('SnapshotStored');
    sums.write();
    expect(written).toEqual([
      ['SnapshotStored', 1, {}],
      ['SnapshotStored', 1, {}],
    ]);
  });
});
