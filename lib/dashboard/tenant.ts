import * as z from 'zod';
import { route } from './route.ts';

export type TenantDeps = {
  tenant: z.input<typeof Tenant>;
};

/** What the page has to know of the stack before it shows anything else. */
export const Tenant = z.strictObject({
  stack: z.string(),
  stage: z.string(),
  timeZone: z.string().describe('IANA name of the zone in which days begin'),
  statisticsTimeZone: z.string().describe('zone of the buckets in which IVM counts people'),
  weekStart: z.int().describe('day on which weeks begin, 1 for Monday to 7 for Sunday'),
  hasHashedPlates: z
    .boolean()
    .describe('whether number plates are stored as hashes, so that only whole ones can be found'),
});
export type Tenant = z.infer<typeof Tenant>;

export const tenantRoute = route<TenantDeps, z.ZodObject, typeof Tenant>({
  path: '/api/tenant',
  summary: 'What the stack is set to',
  query: z.strictObject({}),
  answer: Tenant,
  handle: async ({ tenant }) => tenant,
});
