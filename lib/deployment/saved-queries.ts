import { noPlates } from '#lib/messages/plate.ts';
import { databaseName } from './data-catalog.ts';
import type { CloudFormationResource } from './resource.ts';

export type SavedQuery = { name: string; description: string; sql: string };

/** A day some days ago as partitions write it; `current_date` is that of UTC. */
const daysAgo = (days: number): string => `cast(cast(current_date - interval '${days}' day AS date) AS varchar)`;

const withoutPlate = ['', ...noPlates].map((text) => `'${text}'`).join(', ');

/** Types that a camera sends by itself; snapshots and states of devices are there also of one that sees nothing. */
const sentByCameras = [
  'device_alarm',
  'target_data',
  'third_data',
  'vehicle_data',
  'head_shoulder_data',
  'behavior_analysis_data',
  'micro_checkpoint_data',
] as const;

/** To begin with. They keep to the SQL that Athena and DuckDB both understand, and every one narrows the partitions. */
export const queries: readonly SavedQuery[] = [
  {
    name: 'Footfall by hour',
    description:
      'People in and out per channel and hour of the last week. An hour that is not ok is told, not counted.',
    sql: `SELECT device_id, channel_id, max(channel_name) AS channel_name, substr(bucket_start, 1, 13) AS hour,
  sum(CASE WHEN status = 'ok' THEN "in" END) AS people_in,
  sum(CASE WHEN status = 'ok' THEN "out" END) AS people_out,
  max(CASE WHEN status <> 'ok' THEN status END) AS not_ok
FROM people
WHERE granularity = 'day' AND period >= ${daysAgo(7)}
GROUP BY device_id, channel_id, substr(bucket_start, 1, 13)
ORDER BY device_id, channel_id, hour`,
  },
  {
    name: 'Alarms by type',
    description: 'Alarms per day and type of the last 30 days, and from how many cameras.',
    sql: `SELECT "date", alarm_type, max(alarm_type_name) AS alarm_type_name, count(*) AS alarms,
  count(DISTINCT concat(device_id, '#', channel_id)) AS cameras
FROM events_device_alarm
WHERE "date" >= ${daysAgo(30)}
GROUP BY "date", alarm_type
ORDER BY "date", alarms DESC, alarm_type`,
  },
  {
    name: 'Plates seen',
    description: 'Plates of the last week, how often and where, from vehicle data and micro-checkpoints.',
    sql: `SELECT plate_char AS plate, count(*) AS sightings, min(occurred_at) AS first_seen, max(occurred_at) AS last_seen,
  count(DISTINCT concat(device_id, '#', channel_id)) AS cameras
FROM (
  SELECT plate_char, occurred_at, device_id, channel_id FROM events_vehicle_data WHERE "date" >= ${daysAgo(7)}
  UNION ALL
  SELECT plate_char, occurred_at, device_id, channel_id FROM events_micro_checkpoint_data WHERE "date" >= ${daysAgo(7)}
) AS seen
WHERE plate_char IS NOT NULL AND plate_char NOT IN (${withoutPlate})
GROUP BY plate_char
ORDER BY sightings DESC, plate`,
  },
  {
    name: 'Cameras gone quiet',
    description: 'Cameras that sent something in the last week, and nothing on the last day that was exported.',
    sql: `SELECT device_id, channel_id, max(occurred_at) AS last_event, count(*) AS events
FROM (
${sentByCameras
  .map(
    (type) => `  SELECT device_id, channel_id, occurred_at, "date" FROM events_${type} WHERE "date" >= ${daysAgo(9)}`,
  )
  .join('\n  UNION ALL\n')}
) AS sent
GROUP BY device_id, channel_id
HAVING max("date") < (
  SELECT max("date") FROM (
${sentByCameras.map((type) => `    SELECT "date" FROM events_${type} WHERE "date" >= ${daysAgo(9)}`).join('\n    UNION ALL\n')}
  ) AS exported
)
ORDER BY last_event`,
  },
];

/** The queries as Athena shows them in the stack's workgroup. */
export const savedQueries = (): { [id: string]: CloudFormationResource } =>
  Object.fromEntries(
    queries.map(({ name, description, sql }) => [
      `${name.replaceAll(/ (\w)/g, (_all, letter: string) => letter.toUpperCase())}Query`,
      {
        Type: 'AWS::Athena::NamedQuery',
        // It has only the database's name, which alone would not say that the database must be there.
        DependsOn: 'Catalog',
        Properties: {
          Name: name,
          Description: description,
          Database: databaseName,
          WorkGroup: { Ref: 'QueryWorkGroup' },
          QueryString: sql,
        },
      },
    ]),
  );
