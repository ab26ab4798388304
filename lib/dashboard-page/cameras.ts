import { useEffect, useState } from 'preact/hooks';
import type { CameraName, CameraNames } from '../dashboard/camera-names.ts';
import { ask } from './api.ts';

/** Fetched once for all views: names seldom change. */
let known: Promise<readonly CameraName[]> | undefined;

async function fetchNames(): Promise<readonly CameraName[]> {
  const names: CameraName[] = [];
  let page: string | undefined;
  do {
    const { cameras, next } = await ask<CameraNames>('camera-names', { page });
    names.push(...cameras);
    page = next;
  } while (page !== undefined);
  return names;
}

/** All cameras by their names; empty until they are there, and where they can't be had. */
export function useCameraNames(): readonly CameraName[] {
  const [names, setNames] = useState<readonly CameraName[]>([]);
  useEffect(() => {
    known ??= fetchNames();
    known.then(setNames, () => {
      // The next view tries again; ids stand in the place of names until then.
      known = undefined;
    });
  }, []);
  return names;
}
