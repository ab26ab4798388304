import { TransientError } from '#lib/errors.ts';
import type { ExportLedger, LedgerEntry } from '#lib/exports/export-ledger.ts';

/** An export ledger in memory; `entries` and `leases` may be looked at and changed. */
export function memoryExportLedger(now: () => Date) {
  const entries = new Map<string, LedgerEntry>();
  const leases = new Map<string, { holder: string; until: Date }>();
  const holderOf = (id: string): string | undefined => {
    const lease = leases.get(id);
    return lease !== undefined && lease.until > now() ? lease.holder : undefined;
  };
  const ledger: ExportLedger = {
    begin: async (id, holder, until) => {
      if ((holderOf(id) ?? holder) !== holder) return 'busy';
      leases.set(id, { holder, until });
      return entries.get(id) ?? { version: 0 };
    },
    finish: async (id, holder, published) => {
      if (holderOf(id) !== holder) throw new TransientError('lease-lost', `${holder} does not hold ${id}`);
      entries.set(id, published);
      leases.delete(id);
    },
    release: async (id, holder) => {
      if (holderOf(id) === holder) leases.delete(id);
    },
  };
  return { ledger, entries, leases };
}
