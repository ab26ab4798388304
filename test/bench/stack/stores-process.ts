/** The embedded stores in a process of their own. */
import { startEmbeddedStores } from '../../support/embedded-stores.ts';
import type { StoresReady } from './store-limits.ts';

const stores = await startEmbeddedStores();
process.send?.({
  access: stores.access,
  bucket: stores.bucket,
  table: stores.tables.events,
  inbox: stores.queueUrl('intelligence'),
  pictures: stores.queueUrl('pictures'),
} satisfies StoresReady);
const stop = (): void => {
  void stores.stop().then(() => process.exit());
};
process.once('disconnect', stop);
