import * as z from 'zod';
import { type CompletenessDeps, completenessRoute } from './camera-completeness.ts';
import { type CameraDetailsDeps, cameraDetailsRoute } from './camera-details.ts';
import { type CameraNamesDeps, cameraNamesRoute } from './camera-names.ts';
import { type CameraSnapshotsDeps, snapshotDayRoute, snapshotMonthRoute } from './camera-snapshots.ts';
import { type CamerasDeps, camerasRoute } from './cameras.ts';
import { type DataDeps, dataRoutes } from './data.ts';
import { type EventDetailsDeps, eventRoute } from './event-details.ts';
import { type EventsDeps, eventsRoute } from './events.ts';
import { type NowDeps, nowRoute, nowSeriesRoute } from './now.ts';
import { openApiDocument } from './open-api.ts';
import { type PeopleDeps, peopleHeatmapRoute, peopleRoute, peopleSourcesRoute } from './people.ts';
import { type Route, route } from './route.ts';
import { type TenantDeps, tenantRoute } from './tenant.ts';
import { type VehicleSummaryDeps, vehicleSummaryRoute } from './vehicle-summary.ts';
import { type VehicleTrafficDeps, vehicleTrafficRoute } from './vehicle-traffic.ts';
import { platesRoute, type VehiclesDeps } from './vehicles.ts';

/** What the views read, through the ports that each declares. */
export type DashboardDeps = TenantDeps &
  CameraNamesDeps &
  CamerasDeps &
  CameraDetailsDeps &
  CameraSnapshotsDeps &
  CompletenessDeps &
  VehiclesDeps &
  VehicleSummaryDeps &
  VehicleTrafficDeps &
  NowDeps &
  EventsDeps &
  EventDetailsDeps &
  PeopleDeps &
  DataDeps;

const views: readonly Route<DashboardDeps>[] = [
  tenantRoute,
  cameraNamesRoute,
  camerasRoute,
  cameraDetailsRoute,
  snapshotMonthRoute,
  snapshotDayRoute,
  completenessRoute,
  platesRoute,
  vehicleSummaryRoute,
  vehicleTrafficRoute,
  nowRoute,
  nowSeriesRoute,
  eventsRoute,
  eventRoute,
  peopleRoute,
  peopleSourcesRoute,
  peopleHeatmapRoute,
  ...dataRoutes,
];

/** Everything that the API can be asked for, its own description included. */
export const routes: readonly Route<DashboardDeps>[] = [
  ...views,
  route({
    path: '/api/openapi.json',
    summary: 'This description',
    query: z.strictObject({}),
    answer: z.record(z.string(), z.unknown()).describe('an OpenAPI 3.1 document'),
    handle: async () => openApi(),
  }),
];

/** The API as an OpenAPI 3.1 document. */
export const openApi = () => openApiDocument(routes, { title: 'ivm-bridge', version: '1' });
