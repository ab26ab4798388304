import type { Route } from '../api-server.ts';
import { seededRandom } from '../seeded-random.ts';
import { createAbilityRoutes } from './ability-desk.ts';
import { createBoundResources } from './bound-resources.ts';
import { createChannelRoutes } from './channel-desk.ts';
import { createDeviceRoutes } from './device-desk.ts';
import { createDeviceGroupRoutes } from './device-group-desk.ts';
import { createDeviceGroups } from './device-groups.ts';
import { createDeviceRecords } from './device-records.ts';
import { createMediaRoutes } from './media-desk.ts';
import type { Serve } from './operation-route.ts';
import { createPtzRoutes } from './ptz-desk.ts';
import { createRecordingRoutes } from './recording-desk.ts';
import { createRecordingPlans } from './recording-plans.ts';
import { createResourceRoutes } from './resource-desk.ts';
import { createSecurityKeyRoutes } from './security-key-desk.ts';
import { createStreamRoutes } from './stream-desk.ts';
import { createTargetAuthorizationRoutes } from './target-authorization-desk.ts';
import { createTargetRoutes } from './target-desk.ts';
import type { Tenant } from './tenant.ts';

/** The interfaces that are served as they are declared, each with what it keeps in memory. */
export function createDeclaredRoutes(
  known: Pick<Tenant, 'states' | 'find' | 'seed' | 'now' | 'timeZone' | 'announce'>,
): (serve: Serve) => Route[] {
  const { states, seed, now } = known;
  const tenant: Tenant = {
    ...known,
    groups: createDeviceGroups(seed),
    records: createDeviceRecords(now),
    resources: createBoundResources(seed, states),
    enterpriseId: `123${seededRandom(`${seed}|enterprise`).digits(16)}`,
  };
  const recordingPlans = createRecordingPlans(now);
  return (serve) => [
    // In the order of the chapters.
    ...createDeviceGroupRoutes(serve, tenant),
    ...createDeviceRoutes(serve, tenant),
    ...createChannelRoutes(serve, tenant),
    ...createPtzRoutes(serve, tenant),
    ...createMediaRoutes(serve, tenant, recordingPlans),
    ...createRecordingRoutes(serve, tenant, recordingPlans),
    ...createResourceRoutes(serve, tenant, recordingPlans),
    ...createTargetRoutes(serve, tenant),
    ...createSecurityKeyRoutes(serve, tenant),
    ...createStreamRoutes(serve, tenant),
    ...createTargetAuthorizationRoutes(serve, tenant),
    ...createAbilityRoutes(serve, tenant),
  ];
}
