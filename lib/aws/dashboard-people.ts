import type { S3Client } from '@aws-sdk/client-s3';
import { createPeopleSource } from '#lib/dashboard/people/people-source.ts';
import { createLastSnapshots } from '#lib/dashboard/people/space-heatmap.ts';
import type { PeopleDeps } from '#lib/dashboard/people.ts';
import { createObjectStore } from './objects.ts';

/** What the view of people reads: exports and snapshots in the bucket. */
export function createDashboardPeople(
  options: Omit<PeopleDeps['people'], 'source' | 'objects' | 'snapshots'> & {
    bucket: string;
    /** Zone of the buckets in which IVM counts. */
    statisticsTimeZone: string;
  },
  client?: S3Client,
): PeopleDeps['people'] {
  const { bucket, statisticsTimeZone, timeZone, ...others } = options;
  const objects = createObjectStore(bucket, client);
  return {
    ...others,
    timeZone,
    objects,
    source: createPeopleSource(objects, { statistics: statisticsTimeZone, tenant: timeZone }),
    snapshots: createLastSnapshots(objects, timeZone),
  };
}
