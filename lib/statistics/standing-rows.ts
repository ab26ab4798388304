import { cameraKey } from '#lib/events/event-keys.ts';
import type { ExportObjects } from '#lib/exports/export-objects.ts';
import type { Row } from '#lib/exports/export-table.ts';
import type { Manifest } from '#lib/exports/manifest.ts';
import { readExportRows } from '#lib/exports/read-export-rows.ts';

export type StandingRows = {
  /** Rows of each camera before this one that was not taken. */
  before(camera: string): AsyncGenerator<Row[]>;
  take(camera: string): Promise<Row[]>;
  rest(): AsyncGenerator<Row[]>;
};

/** The rows of the export that stands, camera by camera, read beside a run through the same order of cameras. */
export function createStandingRows(objects: ExportObjects, manifest: Manifest | undefined): StandingRows {
  const source = manifest === undefined ? undefined : readExportRows(objects, manifest);
  let next: Row | undefined;
  let isOver = source === undefined;
  const peek = async (): Promise<Row | undefined> => {
    if (next === undefined && source !== undefined && !isOver) {
      const result = await source.next();
      isOver = result.done === true;
      next = result.done === true ? undefined : result.value;
    }
    return next;
  };
  const take = async (camera: string): Promise<Row[]> => {
    const rows: Row[] = [];
    for (let row = await peek(); row !== undefined && cameraOf(row) === camera; row = await peek()) {
      rows.push(row);
      next = undefined;
    }
    return rows;
  };
  async function* groups(isWanted: (camera: string) => boolean): AsyncGenerator<Row[]> {
    for (let row = await peek(); row !== undefined && isWanted(cameraOf(row)); row = await peek()) {
      yield await take(cameraOf(row));
    }
  }
  return { before: (camera) => groups((other) => other < camera), take, rest: () => groups(() => true) };
}

const cameraOf = (row: Row): string => cameraKey(String(row['device_id']), String(row['channel_id']));
