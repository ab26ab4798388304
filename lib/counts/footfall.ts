import { cameraKey } from '#lib/events/event-keys.ts';
import type { ExportTable, Row } from '#lib/exports/export-table.ts';

/** Three sources of one footfall beside each other: what IVM counts, lines that were crossed, alarms of customer flow. */
export const footfallTable = {
  columns: [
    { name: 'device_id', type: 'text' },
    { name: 'channel_id', type: 'text' },
    { name: 'channel_name', type: 'text' },
    { name: 'bucket_start', type: 'text', isRecurring: true },
    { name: 'bucket_seconds', type: 'integer' },
    { name: 'statistics_in', type: 'integer' },
    { name: 'statistics_out', type: 'integer' },
    { name: 'statistics_status', type: 'text' },
    { name: 'line_in', type: 'integer' },
    { name: 'line_out', type: 'integer' },
    { name: 'line_messages', type: 'integer' },
    { name: 'alarm_enter', type: 'integer' },
    { name: 'alarm_leave', type: 'integer' },
    { name: 'alarm_messages', type: 'integer' },
    { name: 'line_minus_statistics_in', type: 'integer' },
    { name: 'line_minus_statistics_out', type: 'integer' },
    { name: 'alarm_minus_statistics_in', type: 'integer' },
    { name: 'alarm_minus_statistics_out', type: 'integer' },
    { name: 'version', type: 'integer', isStamp: true },
    { name: 'as_of', type: 'text', isStamp: true },
  ],
} as const satisfies ExportTable;

const comparable: ReadonlySet<unknown> = new Set(['ok', 'provisional']);

/**
 * Sets the sources side by side, one row per channel and hour that any of them has. A difference is given where both
 * sides are known; where the statistics have no row, their status is `missing`.
 *
 * @param sources rows of the people statistics by hour, and of the counts by line and alarm
 */
export function footfallRows(sources: {
  statistics: Iterable<Row>;
  line: readonly Row[];
  alarm: readonly Row[];
}): Row[] {
  const hours = new Map<string, { statistics?: Row; line?: Row; alarm?: Row }>();
  const put = (name: 'statistics' | 'line' | 'alarm', rows: Iterable<Row>) => {
    for (const row of rows) {
      // The same instant may be written with another offset.
      const start = new Date(String(row['bucket_start'])).toISOString();
      const id = `${cameraKey(String(row['device_id']), String(row['channel_id']))}|${start}`;
      hours.set(id, { ...hours.get(id), [name]: row });
    }
  };
  put('statistics', sources.statistics);
  put('line', sources.line);
  put('alarm', sources.alarm);
  return [...hours]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, hour]) => {
      const any = hour.statistics ?? hour.line ?? hour.alarm;
      return any === undefined ? [] : [footfallRow(any, hour)];
    });
}

function footfallRow(any: Row, { statistics, line, alarm }: { statistics?: Row; line?: Row; alarm?: Row }): Row {
  const isComparable = comparable.has(statistics?.['status']);
  const difference = (counted: Row | undefined, column: string, direction: 'in' | 'out') => {
    const value = counted?.[column];
    const expected = statistics?.[direction];
    return isComparable && typeof value === 'number' && typeof expected === 'number' ? value - expected : null;
  };
  return {
    device_id: any['device_id'] ?? null,
    channel_id: any['channel_id'] ?? null,
    channel_name: statistics?.['channel_name'] ?? line?.['channel_name'] ?? alarm?.['channel_name'] ?? null,
    bucket_start: any['bucket_start'] ?? null,
    bucket_seconds: any['bucket_seconds'] ?? null,
    statistics_in: statistics?.['in'] ?? null,
    statistics_out: statistics?.['out'] ?? null,
    statistics_status: statistics?.['status'] ?? 'missing',
    line_in: line?.['in'] ?? null,
    line_out: line?.['out'] ?? null,
    line_messages: line?.['messages'] ?? null,
    alarm_enter: alarm?.['enter'] ?? null,
    alarm_leave: alarm?.['leave'] ?? null,
    alarm_messages: alarm?.['messages'] ?? null,
    line_minus_statistics_in: difference(line, 'in', 'in'),
    line_minus_statistics_out: difference(line, 'out', 'out'),
    alarm_minus_statistics_in: difference(alarm, 'enter', 'in'),
    alarm_minus_statistics_out: difference(alarm, 'leave', 'out'),
  };
}
