import { RawLine } from '#lib/callback/raw-line.ts';
import { subscriptions } from '#lib/callback/subscriptions.ts';
import { countSources, countTable } from '#lib/counts/count-measures.ts';
import { footfallTable } from '#lib/counts/footfall.ts';
import { eventTable, exportedTypes } from '#lib/event-exports/event-tables.ts';
import { exportKeyPrefix } from '#lib/exports/export-keys.ts';
import type { ColumnType, ExportTable } from '#lib/exports/export-table.ts';
import { peopleTable } from '#lib/statistics/people-rows.ts';
import type { CloudFormationResource } from './resource.ts';

/** Name of the Glue database; tables of several stacks never meet. */
export const databaseName = '${self:custom.catalog}';

type GlueColumn = { Name: string; Type: string };
type PartitionKey =
  | { name: string; kind: 'enum'; values: readonly string[] }
  /** Calendar days as `YYYY-MM-DD`. */
  | { name: string; kind: 'date' }
  /** Of two digits. */
  | { name: string; kind: 'integer'; range: string };

export type CatalogTable = {
  name: string;
  description: string;
  /** Where its partitions begin, without a slash at its end. */
  prefix: string;
  format: 'parquet' | 'json';
  columns: readonly GlueColumn[];
  partitions: readonly PartitionKey[];
};

const glueTypes: { readonly [type in ColumnType]: string } = {
  text: 'string',
  integer: 'bigint',
  decimal: 'double',
  flag: 'boolean',
  date: 'date',
};
const messageTypes = subscriptions.map(({ messageType }) => messageType);

/** A column that is a partition key as well would be there twice, which Athena refuses. */
const columnsOf = ({ columns }: ExportTable, partitions: readonly PartitionKey[]): GlueColumn[] =>
  columns
    .filter(({ name }) => !partitions.some((key) => key.name === name))
    .map(({ name, type }) => ({ Name: name, Type: glueTypes[type] }));

const exported = (
  table: ExportTable,
  { name, description, path, partitions }: Pick<CatalogTable, 'name' | 'description' | 'partitions'> & { path: string },
): CatalogTable => ({
  name,
  description,
  prefix: path,
  format: 'parquet',
  partitions,
  columns: columnsOf(table, partitions),
});

const rawPartitions: readonly PartitionKey[] = [
  { name: 'message_type', kind: 'enum', values: messageTypes },
  { name: 'date', kind: 'date' },
  { name: 'hour', kind: 'integer', range: '0,23' },
];

/** What can be asked with Athena: every message as it came, and the exports. */
export const catalogTables: readonly CatalogTable[] = [
  {
    name: 'raw',
    description: 'Every message as it came, by type, day and hour of arrival; one that came twice is there twice.',
    prefix: 'raw',
    format: 'json',
    partitions: rawPartitions,
    columns: Object.keys(RawLine.shape)
      .filter((name) => !rawPartitions.some((key) => key.name === name))
      .map((name) => ({ Name: name, Type: 'string' })),
  },
  exported(peopleTable, {
    name: 'people',
    description:
      'People in and out per channel and bucket, as IVM counts them; only rows of status ok are the whole truth.',
    path: exportKeyPrefix('people', 'parquet'),
    partitions: [
      { name: 'granularity', kind: 'enum', values: ['day', 'week', 'month', 'year'] },
      { name: 'period', kind: 'date' },
    ],
  }),
  ...exportedTypes.map((type) =>
    exported(eventTable(type), {
      name: `events_${type}`,
      description: `Events of the type ${type}, a row per part where there are parts.`,
      path: `${exportKeyPrefix('events', 'parquet')}/message_type=${type}`,
      partitions: [{ name: 'date', kind: 'date' }],
    }),
  ),
  ...countSources.map((source) =>
    exported(countTable(source), {
      name: `counts_${source}`,
      description: `What messages of the source ${source} count by themselves, per channel and hour.`,
      path: `${exportKeyPrefix('counts', 'parquet')}/source=${source}`,
      partitions: [{ name: 'date', kind: 'date' }],
    }),
  ),
  exported(footfallTable, {
    name: 'counts_reconciliation',
    description: 'Statistics, line crossing and flow alarms side by side, with their differences.',
    path: `${exportKeyPrefix('counts', 'parquet')}/source=reconciliation`,
    partitions: [{ name: 'date', kind: 'date' }],
  }),
];

const formats = {
  parquet: {
    InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
    OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
    SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
  },
  json: {
    InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
    OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
    // The one of the two JSON readers that leaves a member alone which is no column, such as message_type here.
    SerdeInfo: { SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
  },
};

/** Nothing is older than the product. */
const firstDay = '2024-01-01';

/** Athena works partitions out from these rules, so that nobody has to crawl the bucket. */
function projection(keys: readonly PartitionKey[]): { [name: string]: string } {
  const rules = keys.flatMap((key): [string, string][] => {
    const rule = `projection.${key.name}`;
    switch (key.kind) {
      case 'enum':
        return [
          [`${rule}.type`, 'enum'],
          [`${rule}.values`, key.values.join(',')],
        ];
      case 'date':
        return [
          [`${rule}.type`, 'date'],
          [`${rule}.format`, 'yyyy-MM-dd'],
          // Athena's day is that of UTC, and a tenant's may be the next one already.
          [`${rule}.range`, `${firstDay},NOW+1DAYS`],
          [`${rule}.interval`, '1'],
          [`${rule}.interval.unit`, 'DAYS'],
        ];
      case 'integer':
        return [
          [`${rule}.type`, 'integer'],
          [`${rule}.range`, key.range],
          [`${rule}.digits`, '2'],
        ];
      default:
        return key satisfies never;
    }
  });
  return { 'projection.enabled': 'true', ...Object.fromEntries(rules) };
}

function tableResource({
  name,
  description,
  prefix,
  format,
  columns,
  partitions,
}: CatalogTable): CloudFormationResource {
  return glueTable({
    Name: name,
    Description: description,
    TableType: 'EXTERNAL_TABLE',
    Parameters: { EXTERNAL: 'TRUE', ...projection(partitions) },
    PartitionKeys: partitions.map((key) => ({ Name: key.name, Type: key.kind === 'integer' ? 'int' : 'string' })),
    StorageDescriptor: {
      Location: { 'Fn::Sub': `s3://\${DataBucket}/${prefix}/` },
      Columns: columns,
      ...formats[format],
    },
  });
}

const glueTable = (input: { Name: string; [property: string]: unknown }): CloudFormationResource => ({
  Type: 'AWS::Glue::Table',
  Properties: { CatalogId: { Ref: 'AWS::AccountId' }, DatabaseName: { Ref: 'Catalog' }, TableInput: input },
});

const messageColumns = [
  ...(catalogTables[0]?.columns ?? []),
  ...rawPartitions.map(({ name }) => ({ Name: name, Type: name === 'hour' ? 'int' : 'string' })),
];
const quoted = messageColumns.map(({ Name }) => `"${Name}"`).join(', ');

/**
 * Each message once, as it came first. Ask it by `message_type`: days cannot narrow it, since the copies of a message may
 * have come on two.
 */
const messagesSql = `SELECT ${quoted} FROM (SELECT *, row_number() OVER (PARTITION BY message_type, message_id, body_sha256 ORDER BY received_at) AS copy FROM raw WHERE body_sha256 IS NOT NULL) WHERE copy = 1`;

/** Athena keeps a view as this JSON in base64, which nobody documents and everybody writes. */
const messagesView = {
  originalSql: messagesSql,
  catalog: 'awsdatacatalog',
  schema: databaseName,
  columns: messageColumns.map(({ Name, Type }) => ({ name: Name, type: Type === 'int' ? 'integer' : 'varchar' })),
};

/** The Glue database, its tables, and the workgroup that queries run in. */
export function dataCatalog(): { [id: string]: CloudFormationResource } {
  return {
    Catalog: {
      Type: 'AWS::Glue::Database',
      Properties: {
        CatalogId: { Ref: 'AWS::AccountId' },
        DatabaseInput: { Name: databaseName, Description: 'Messages and exports of ivm-bridge' },
      },
    },
    ...Object.fromEntries(catalogTables.map((table) => [tableLogicalId(table.name), tableResource(table)])),
    [tableLogicalId('messages')]: glueTable({
      Name: 'messages',
      Description: 'Every message once, as it came first.',
      TableType: 'VIRTUAL_VIEW',
      Parameters: { presto_view: 'true', comment: 'Presto View' },
      ViewOriginalText: {
        'Fn::Join': ['', ['/* Presto View: ', { 'Fn::Base64': JSON.stringify(messagesView) }, ' */']],
      },
      ViewExpandedText: '/* Presto View */',
      PartitionKeys: [],
      StorageDescriptor: { Columns: messageColumns, SerdeInfo: {} },
    }),
    QueryWorkGroup: {
      Type: 'AWS::Athena::WorkGroup',
      Properties: {
        Name: '${self:custom.prefix}',
        RecursiveDeleteOption: true,
        WorkGroupConfiguration: {
          EnforceWorkGroupConfiguration: true,
          PublishCloudWatchMetricsEnabled: true,
          EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
          // Half a dollar: a query that reads more has most likely forgotten its partition.
          BytesScannedCutoffPerQuery: 100_000_000_000,
          ResultConfiguration: {
            OutputLocation: { 'Fn::Sub': 's3://${DataBucket}/athena-results/' },
            EncryptionConfiguration: { EncryptionOption: 'SSE_S3' },
          },
        },
      },
    },
  };
}

const tableLogicalId = (name: string): string =>
  `${name
    .split('_')
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join('')}CatalogTable`;
