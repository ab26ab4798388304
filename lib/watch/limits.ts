/** Where things begin to matter. Alarms ring and the dashboard warns by the same numbers. */

/** Queues that feed functions, each with the age in seconds at which its oldest message is late. */
export const lateAfterSeconds = {
  alarms: 300,
  devices: 900,
  intelligence: 900,
  pictures: 120,
  'picture-retries': 7_200,
  snapshots: 3_600,
  statistics: 10_800,
} as const;
export type QueueName = keyof typeof lateAfterSeconds;

/** Below it the access token is about to end. */
export const leastTokenSeconds = 86_400;

/** Callbacks answered 401 in a period: from so many on, and where more than so many percent of all are. */
export const refusedCallbacks = { periodSeconds: 300, least: 10, percent: 5 } as const;

/** Pictures missed in a period: from so many on, and where more than so many percent of all are. */
export const missedPictures = { periodSeconds: 3_600, least: 5, percent: 1 } as const;

/** When the exports of yesterday have to be there, in the tenant's time zone. */
export const exportsDueAt = '06:00:00';
