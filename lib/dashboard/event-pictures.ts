import * as z from 'zod';
import { type Item, integerOf, textOf } from '#lib/events/attribute.ts';
import { type LinkSigner, ObjectLink } from './object-link.ts';
import { keyOf, partOf } from './stored-item.ts';

/** A picture that an event announced, or a snapshot: there, still wanted, or missing for a reason. */
export const EventPicture = z.strictObject({
  kind: z.string(),
  status: z.string().describe('wanted, stored or missing'),
  reason: z.string().nullable().describe('why it is missing, or why it did not come at the last try'),
  link: ObjectLink.optional(),
});
export type EventPicture = z.infer<typeof EventPicture>;

/** With all that is known of it. */
export const EventPictureDetails = EventPicture.extend({
  attempts: z.int().nullable(),
  next_try_at: z.string().nullable(),
  fetched_at: z.string().nullable(),
  content_type: z.string().nullable(),
  bytes: z.int().nullable(),
  url_host: z.string().nullable().describe('host that the message named'),
  undocumented_field: z.string().nullable().describe('field that announced it, where the reference does not name it'),
});
export type EventPictureDetails = z.infer<typeof EventPictureDetails>;

/** What is looked at first comes first. */
const order = ['snapshot', 'alarm', 'vehicle', 'target', 'panorama', 'body', 'plate', 'match', 'target-group'];
const rankOf = (kind: string): number => {
  const rank = order.findIndex((base) => kind === base || kind.startsWith(`${base}-`));
  return rank === -1 ? order.length : rank;
};
const kindOf = (item: Item): string => textOf(item['kind']) ?? partOf(keyOf(item).sk)?.name ?? 'snapshot';

/** Pictures that are there before those that are not, and close-ups before scenes. */
export const sortedPictures = (items: readonly Item[]): Item[] => {
  const isMissing = (item: Item) => (textOf(item['status']) === 'stored' ? 0 : 1);
  return items.toSorted(
    (one, other) => isMissing(one) - isMissing(other) || rankOf(kindOf(one)) - rankOf(kindOf(other)),
  );
};

export async function eventPicture(item: Item, signLink: LinkSigner): Promise<EventPicture> {
  const status = textOf(item['status']) ?? 'unknown';
  const key = textOf(item['s3_key']);
  return {
    kind: kindOf(item),
    status,
    reason: textOf(item['reason']) ?? null,
    ...(status === 'stored' && key !== undefined ? { link: await signLink(key) } : {}),
  };
}

export async function eventPictureDetails(item: Item, signLink: LinkSigner): Promise<EventPictureDetails> {
  const told = (name: string) => textOf(item[name]) ?? null;
  return {
    ...(await eventPicture(item, signLink)),
    attempts: integerOf(item['attempts']) ?? null,
    next_try_at: told('next_try_at'),
    fetched_at: told('fetched_at'),
    content_type: told('content_type'),
    bytes: integerOf(item['bytes']) ?? null,
    url_host: told('url_host'),
    undocumented_field: told('undocumented_field'),
  };
}
