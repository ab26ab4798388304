import { describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import { countSources, countTable } from '#lib/counts/count-measures.ts';
import { footfallTable } from '#lib/counts/footfall.ts';
import { catalogTables, dataCatalog } from '#lib/deployment/data-catalog.ts';
import { eventTable, exportedTypes } from '#lib/event-exports/event-tables.ts';
import { partPrefix } from '#lib/exports/export-keys.ts';
import type { ExportTable } from '#lib/exports/export-table.ts';
import { rawObjects } from '#lib/intake/raw-archive.ts';
import { peoplePartition, peopleTable } from '#lib/statistics/people-rows.ts';
import { parquetOf } from '../support/table-files.ts';
import { openLake } from './lake.ts';

const date = '2024-02-29';
/** Every export that there is, with the prefix under which its parts are written. */
const exportsMade: { name: string; table: ExportTable; prefix: string; partitions: string[] }[] = [
  {
    name: 'people',
    table: peopleTable,
    prefix: partPrefix('people', 'parquet', peoplePartition({ granularity: 'day', start: date })),
    partitions: ['granularity', 'period'],
  },
  ...exportedTypes.map((type) => ({
    name: `events_${type}`,
    table: eventTable(type),
    prefix: partPrefix('events', 'parquet', [
      ['message_type', type],
      ['date', date],
    ]),
    partitions: ['date'],
  })),
  ...[...countSources, 'reconciliation' as const].map((source) => ({
    name: `counts_${source}`,
    table: source === 'reconciliation' ? footfallTable : countTable(source),
    prefix: partPrefix('counts', 'parquet', [
      ['source', source],
      ['date', date],
    ]),
    partitions: ['date'],
  })),
];
const tableNamed = (name: string) => catalogTables.find((table) => table.name === name);
const duckTypes: { readonly [type: string]: string } = {
  string: 'VARCHAR',
  bigint: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  date: 'DATE',
};

describe('the data catalog', () => {
  it('has a table for every export and one for the raw archive', () => {
    expect(catalogTables.map(({ name }) => name).toSorted()).toEqual(
      ['raw', ...exportsMade.map(({ name }) => name)].toSorted(),
    );
  });

  it.each(exportsMade)('$name has the columns of the files that are written', async ({ name, table, prefix }) => {
    const lake = await openLake();
    onTestFinished(() => lake.close());
    lake.put(`${prefix}v1-part-1.parquet`, parquetOf(table, []));
    const found = await lake.ask(`DESCRIBE ${name}`);
    const { columns = [], partitions = [] } = catalogTables.find((one) => one.name === name) ?? {};
    expect(found.map((column) => [column['column_name'], column['column_type']])).toEqual([
      ...columns.map(({ Name, Type }) => [Name, duckTypes[Type]]),
      ...partitions.map((key) => [key.name, 'VARCHAR']),
    ]);
    // Nothing of the files is left out but what their path says.
    expect(found.map((column) => column['column_name'])).toEqual(
      expect.arrayContaining(table.columns.map((column) => column.name)),
    );
  });

  it.each(exportsMade)(
    '$name begins where its parts lie, and finds them by their partitions',
    ({ name, prefix, partitions }) => {
      const known = tableNamed(name);
      expect(known?.partitions.map((key) => key.name)).toEqual(partitions);
      const path = partitions.map((key) => (key === 'granularity' ? 'granularity=day' : `${key}=${date}`)).join('/');
      expect(prefix).toBe(`${known?.prefix}/${path}/`);
    },
  );

  it('reads the raw archive as it is written, and gives each message once, as it came first', async () => {
    const lake = await openLake();
    onTestFinished(() => lake.close());
    const line = (id: string, receivedAt: string, bodySha: string) => ({
      queueMessageId: `${id}${receivedAt}`,
      messageType: 'device_alarm',
      line: {
        received_at: receivedAt,
        subscription: 'device-alarm',
        message_id: id,
        message_type: 'device_alarm',
        body_sha256: bodySha.repeat(64),
        camera: 'D#0',
        sk: 'sk',
        body: `{"message_id": ${id}}`,
      },
    });
    const lines = [
      line('18446744073696131378', '2024-02-29T15:59:59.000Z', 'a'),
      line('18446744073696131378', '2024-02-29T16:00:01.000Z', 'a'),
      line('18446744073696131378', '2024-02-29T16:00:02.000Z', 'b'),
    ];
    for (const { key, content } of rawObjects(lines, 'Asia/Shanghai')) lake.put(key, content);
    expect(await lake.ask('SELECT "date", hour FROM raw ORDER BY received_at')).toEqual([
      { date: '2024-02-29', hour: 23 },
      { date: '2024-03-01', hour: 0 },
      { date: '2024-03-01', hour: 0 },
    ]);

    const View = z.object({
      originalSql: z.string(),
      schema: z.string(),
      columns: z.array(z.object({ name: z.string() })),
    });
    const Table = z.object({
      TableInput: z.object({
        ViewOriginalText: z.object({
          'Fn::Join': z.tuple([z.string(), z.tuple([z.string(), z.object({ 'Fn::Base64': z.string() }), z.string()])]),
        }),
        StorageDescriptor: z.object({ Columns: z.array(z.object({ Name: z.string() })) }),
      }),
    });
    const { TableInput } = Table.parse(dataCatalog()['MessagesCatalogTable']?.Properties);
    const [, [, { 'Fn::Base64': json }]] = TableInput.ViewOriginalText['Fn::Join'];
    const view = View.parse(JSON.parse(json));
    const messages = await lake.ask(`${view.originalSql} ORDER BY received_at`);
    expect(messages.map((row) => [row['received_at'], row['message_id']])).toEqual([
      ['2024-02-29T15:59:59.000Z', '18446744073696131378'],
      ['2024-02-29T16:00:02.000Z', '18446744073696131378'],
    ]);
    expect(Object.keys(messages[0] ?? {})).toEqual(view.columns.map(({ name }) => name));
    expect(TableInput.StorageDescriptor.Columns.map(({ Name }) => Name)).toEqual(view.columns.map(({ name }) => name));
  });

  it('knows all nine types, every hour, and days up to the one after today', () => {
    const Table = z.object({ TableInput: z.object({ Parameters: z.record(z.string(), z.string()) }) });
    const { TableInput } = Table.parse(dataCatalog()['RawCatalogTable']?.Properties);
    expect(TableInput.Parameters).toMatchObject({
      'projection.enabled': 'true',
      'projection.message_type.values': subscriptions.map(({ messageType }) => messageType).join(','),
      'projection.date.range': '2024-01-01,NOW+1DAYS',
      'projection.hour.range': '0,23',
      'projection.hour.digits': '2',
    });
  });

  it('names no column twice, whether it is a column or a partition key', () => {
    for (const { name, columns, partitions } of catalogTables) {
      const names = [...columns.map(({ Name }) => Name), ...partitions.map((key) => key.name)];
      expect(new Set(names).size, name).toBe(names.length);
      // Athena folds names, so that two may not differ by case alone.
      for (const one of names) expect(one, name).toBe(one.toLowerCase());
    }
  });
});
