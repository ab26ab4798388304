/** What listings are asked for alike. */
export type ListingAsked = {
  limit?: number | undefined;
  offset?: number | undefined;
  direction?: 'ASC' | 'DESC' | undefined;
};

const usualLimit = 10;

/** Entries from a row on. */
export const fromRow = <Row>(rows: readonly Row[], { limit = usualLimit, offset = 0 }: ListingAsked): Row[] =>
  rows.slice(offset, offset + limit);

/** Entries of a page, the first of which is 0. */
export const onPage = <Row>(rows: readonly Row[], { limit = usualLimit, offset = 0 }: ListingAsked): Row[] =>
  rows.slice(offset * limit, offset * limit + limit);

/** Rows by when something happened to them; those of one moment in the order of the list. */
export function byTime<Row>(rows: readonly Row[], timeOf: (row: Row) => Date, direction: 'ASC' | 'DESC'): Row[] {
  const ascending = rows.toSorted((one, other) => timeOf(one).getTime() - timeOf(other).getTime());
  return direction === 'ASC' ? ascending : ascending.toReversed();
}

/** Whether a value is among those that were asked for, if any were. */
export const isWanted = (asked: string | readonly string[] | undefined, value: string): boolean =>
  asked === undefined || asked === value || (Array.isArray(asked) && asked.includes(value));
