import * as z from 'zod';
import { countText, flagText, listText, timeZoneText } from '#lib/runtime/env.ts';

const days = countText;
const optional = z.string();

/**
 * The parameters of serverless.yml (`--param name=value`), with what each means. Their defaults stand in serverless.yml;
 * the README's table is made of both.
 */
export const parameters = z.strictObject({
  tenant: z
    .string()
    .regex(/^[a-z][a-z\d]{0,19}$/, 'lower-case letters and digits, up to 20')
    .describe('part of every name; one stack per tenant and stage'),
  timeZone: timeZoneText.describe('dates in keys, nightly schedules, and event times without a zone'),
  ivmEndpoint: z.url().describe('which IVM'),
  ivmUserId: z
    .string()
    .regex(/^(?:unset|\d{15,25})$/)
    .describe('id of the user at IVM, 15 to 25 digits'),
  callbackOwner: z
    .enum(['auto', 'true', 'false'])
    .describe(
      "whether this stack's URLs are registered: `auto` is stage `prod` alone, since IVM keeps one URL per user and subscription",
    ),
  signatureWindowSeconds: countText.describe("how far the sender's clock may be off, on both sides"),
  allowUnsigned: flagText.describe('accept unsigned callbacks of subscriptions without a key'),
  pictureHosts: listText.describe('more hosts that pictures may come from, comma-separated; they never get the token'),
  snapshotSchedule: z
    .string()
    .regex(/^(?:rate|cron)\(.+\)$/)
    .describe('when snapshots are taken'),
  snapshotChannels: listText.describe(
    'of which devices (`<device_id>`) and channels (`<device_id>#<channel_id>`), comma-separated; `none` for none',
  ),
  snapshotStorage: flagText.describe('whether IVM keeps a snapshot and names its URL, or sends it in its answer'),
  statisticsTimeZone: timeZoneText.describe('zone of the buckets in which IVM counts; it does not say which'),
  statisticsConcurrency: countText.describe('calls to IVM under way at once, per export'),
  weekStart: countText
    .max(7)
    .describe('day on which weeks begin, 1 for Monday to 7 for Sunday; each week is checked against its days'),
  eventRetentionDays: days.describe('days until DynamoDB and `details/` forget an event'),
  rawRetentionDays: days.describe('days until `raw/` is deleted'),
  pictureRetentionDays: days.describe('days until pictures are deleted'),
  faceRetentionDays: days.describe('the same for faces: raw messages and pictures of `target_data`'),
  snapshotRetentionDays: days.describe('days until snapshots are deleted'),
  quarantineRetentionDays: days.describe('days until `quarantine/` is deleted'),
  exportRetentionDays: days.describe('days until exports are deleted'),
  logRetentionDays: days.describe('days until logs are deleted; CloudWatch takes 1, 3, 5, 7, 14, 30, 60, 90, …'),
  deletionProtection: z
    .union([z.boolean(), flagText])
    .describe('whether tables refuse to be deleted; `true` in stage `prod`'),
  alarmEmail: optional.describe('who is told of alarms'),
  domainName: optional.describe(
    'a domain of your own for the callbacks; point its CNAME at the output `CustomDomainTarget`',
  ),
  certificateArn: optional.describe('its certificate in ACM, in the region of the stack'),
  oidcIssuer: z
    .union([z.literal(''), z.url({ protocol: /^https$/ })])
    .describe(
      'who signs users in to the dashboard: your own OpenID Connect issuer; without one, a user pool of the stack',
    ),
  oidcClientId: optional.describe(
    'id of the public client there: Authorization Code with PKCE, redirects to the output `DashboardUrl`',
  ),
  oidcAudience: optional.describe('`aud` of its access tokens, or their `client_id` where they have none'),
  oidcScope: z
    .string()
    .regex(/^[^\s"\\]+$/, 'must be one scope')
    .describe('the scope that an access token must have to see the dashboard'),
  faceFeatures: z
    .enum(['keep', 'drop'])
    .describe('face templates and digests of identity cards: `keep` in the raw archive alone, or `drop` everywhere'),
  plates: z
    .enum(['clear', 'hashed'])
    .describe('number plates as they are, or `hashed`: wherever messages are kept, one plate is the same 32 digits'),
  facePictures: z
    .enum(['keep', 'skip'])
    .describe('pictures of persons: `keep`, or `skip`; panoramas and pictures of alarms come in any case'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).describe('the least that is logged'),
});

/**
 * The README's table of parameters.
 *
 * @param defaults as `params.default` of serverless.yml has them
 */
export function parameterTable(defaults: { readonly [name: string]: string | number | boolean }): string {
  const rows = Object.entries(parameters.shape).map(([name, schema]) => {
    const value = String(defaults[name] ?? '');
    return `| \`${name}\` | ${value === '' ? 'none' : `\`${value}\``} | ${schema.description ?? ''} |`;
  });
  return ['| parameter | default | meaning |', '|---|---|---|', ...rows].join('\n');
}
