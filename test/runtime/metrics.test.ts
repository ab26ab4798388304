import { describe, expect, it } from 'vitest';
import { createMetricSums, type Metric } from '#lib/runtime/metrics.ts';

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
