import type { Route } from './api-server.ts';
import type { CameraStates } from './camera-states.ts';
import { type ChannelFinder, createChannelFinder } from './find-channel.ts';
import type { Serve } from './operation-route.ts';
import { createPtzRoutes } from './ptz-desk.ts';

/** What the interfaces that are served as they are declared know of the tenant. */
export type Tenant = {
  states: CameraStates;
  find: ChannelFinder;
  /** Makes its tokens and ids differ from those of another account. */
  seed: string;
  now: () => Date;
  timeZone: string;
};

/** The interfaces that are served as they are declared, each with what it keeps in memory. */
export function createDeclaredRoutes(known: Omit<Tenant, 'find'>): (serve: Serve) => Route[] {
  const tenant: Tenant = { ...known, find: createChannelFinder(known.states, known.now) };
  return (serve) => [
    // In the order of the chapters.
    ...createPtzRoutes(serve, tenant),
  ];
}
