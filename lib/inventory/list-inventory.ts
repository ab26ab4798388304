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
    (page) => ivm.listDevices(page, pageLimit),
    ({ device_id }) => device_id,
  );

/** All channels of the user (7.2, which counts rows). */
export const listAllChannels = (ivm: Pick<InventoryClient, 'listChannels'>): Promise<Listing<Channel>> =>
  listAll(
    (page) => ivm.listChannels(page * pageLimit, pageLimit),
    ({ device_id, channel_id }) => `${device_id}#${channel_id}`,
  );

/** Entries that moved from one page to the next while they were read come twice, and count once. */
async function listAll<Entry>(
  readPage: (page: number) => Promise<Page<Entry>>,
  keyOf: (entry: Entry) => string,
): Promise<Listing<Entry>> {
  const found = new Map<string, Entry>();
  let total: number | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { total: told, entries } = await readPage(page);
    total = told ?? total;
    for (const entry of entries) found.set(keyOf(entry), entry);
    // A page may be short for an entry that could not be read: only the total or an empty page ends the listing.
    if (entries.length === 0 || (total !== undefined && (page + 1) * pageLimit >= total)) break;
  }
  return { entries: [...found.values()], isComplete: total !== undefined && found.size >= total };
}
