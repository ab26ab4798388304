import type { Channel, Device, InventoryClient, Page } from '#lib/ivm/inventory-client.ts';

export type Listing<Entry> = {
  entries: Entry[];
  /** As many entries came as IVM says there are: what is not in it does not exist. */
  isComplete: boolean;
};

const pageLimit = 500;
/** IVM's own limit of rows is beyond this; a listing that never ends must. */
const mostPages = 2_000;

/** All devices of the user (6.2, which counts pages). */
export const listAllDevices = (ivm: Pick<InventoryClient, 'listDevices'>): Promise<Listing<Device>> =>
  listAll(
    ({ page }) => ivm.listDevices(page, pageLimit),
    ({ device_id }) => device_id,
  );

/** All channels of the user (7.2, which counts rows). */
export const listAllChannels = (ivm: Pick<InventoryClient, 'listChannels'>): Promise<Listing<Channel>> =>
  listAll(
    ({ row }) => ivm.listChannels(row, pageLimit),
    ({ device_id, channel_id }) => `${device_id}#${channel_id}`,
  );

/**
 * Reads until all are there or no more come. Entries that moved from one page to the next while they were read come twice,
 * and count once; a page may be shorter than was asked for, whether an entry can't be read or IVM gives fewer at a time.
 */
async function listAll<Entry>(
  readPage: (position: { page: number; row: number }) => Promise<Page<Entry>>,
  keyOf: (entry: Entry) => string,
): Promise<Listing<Entry>> {
  const found = new Map<string, Entry>();
  let total: number | undefined;
  let row = 0;
  for (let page = 0; page < mostPages; page += 1) {
    const { total: told, entries } = await readPage({ page, row });
    total = told ?? total;
    row += entries.length;
    for (const entry of entries) found.set(keyOf(entry), entry);
    if (entries.length === 0 || (total !== undefined && found.size >= total)) break;
  }
  return { entries: [...found.values()], isComplete: total !== undefined && found.size >= total };
}
