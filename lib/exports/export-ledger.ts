/** What stands published; version 0 has no content: nothing was published yet. */
export type LedgerEntry = { version: number; contentSha256?: string };

/**
 * Remembers the version of every export, and lets one run at a time work on it. An export goes by its `exportId`; a
 * holder is a run, never two of them.
 */
export type ExportLedger = {
  /** Takes the lease, until it is given back or `until` has come; `busy` while another holder has it. */
  begin(id: string, holder: string, until: Date): Promise<LedgerEntry | 'busy'>;
  /** Records what was published and gives the lease back, both or neither; rejects when the holder has lost it. */
  finish(id: string, holder: string, published: Required<LedgerEntry>): Promise<void>;
  /** Gives the lease back and changes nothing else; does nothing when the holder has lost it. */
  release(id: string, holder: string): Promise<void>;
};
