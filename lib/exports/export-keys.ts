export const exportFormats = ['parquet', 'csv'] as const;
export type ExportFormat = (typeof exportFormats)[number];
/** In the order of the key: `[['granularity', 'day'], ['period', '2024-02-29']]`. */
export type Partition = readonly (readonly [name: string, value: string])[];

/**
 * What an export goes by in the ledger: `people/granularity=day/period=2024-02-29`.
 * @throws RangeError where the names or values make no key
 */
export function exportId(set: string, partition: Partition): string {
  if (!/^[a-z][a-z-]*$/.test(set) || set === 'manifests') throw new RangeError('an export needs the name of its set');
  return `${set}/${partitionPath(partition)}`;
}

/** What all keys of a set in one format begin with, up to a slash. */
export const exportKeyPrefix = (set: string, format: ExportFormat): string => `exports/${set}/format=${format}`;

/** The prefix, with its last slash, under which the files of one format lie: one each, as Athena can exclude none. */
export function partPrefix(set: string, format: ExportFormat, partition: Partition): string {
  return `${exportKeyPrefix(set, format)}/${partitionPath(partition)}/`;
}

/** @param number from 1 */
export const partName = (version: number, number: number, format: ExportFormat): string =>
  `v${version}-part-${number}.${format}`;

export const manifestKey = (set: string, partition: Partition): string =>
  `exports/manifests/${exportId(set, partition)}.json`;

function partitionPath(partition: Partition): string {
  if (partition.length === 0) throw new RangeError('an export needs a partition');
  return partition
    .map(([name, value]) => {
      if (!/^[a-z][a-z0-9_]*$/.test(name) || value === '') throw new RangeError(`no partition: ${name}`);
      return `${name}=${encodeURIComponent(value.toWellFormed())}`;
    })
    .join('/');
}
