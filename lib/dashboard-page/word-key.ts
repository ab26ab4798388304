import type { QuarantineReason } from '#lib/callback/quarantine-note.ts';
import type { MessageType } from '#lib/callback/subscriptions.ts';
import type { ChannelPackages } from '#lib/inventory/channel-packages.ts';
import type { InventoryChannel } from '#lib/inventory/inventory-channel.ts';
import type { BasePictureKind } from '#lib/messages/message-module.ts';
import type { OccurredAtSource } from '#lib/messages/occurred-at.ts';
import type { MissingReason } from '#lib/pictures/picture-job.ts';
import type { SnapshotFailure } from '#lib/snapshots/read-snapshot.ts';
import type { BucketStatus } from '#lib/statistics/judge-list.ts';

/** Codes of the failures that end in a dead-letter queue at once; `none` is what was given up after many tries. */
type DeadLetterCode =
  | 'not-json'
  | 'unknown-message-type'
  | 'item-refused'
  | 'state-refused'
  | 'spill-missing'
  | 'bad-raw-line'
  | 'bad-raw-object'
  | 'not-a-job'
  | 'private-address'
  | 'too-large'
  | 'none';

/** Every code that has words: its kind and itself. */
export type WordKey =
  | `message-type.${MessageType | 'snapshot'}`
  | `picture-kind.${BasePictureKind}`
  | `picture-kind-pattern.${'numbered' | 'alternative' | 'other'}`
  | `picture-status.${'wanted' | 'stored' | 'missing'}`
  | `missing-reason.${MissingReason}`
  | `snapshot-reason.${SnapshotFailure | 'too-late'}`
  | `occurred-at-source.${OccurredAtSource | 'call' | 'given-up'}`
  | `bucket-status.${BucketStatus | 'no-row'}`
  | `channel-status.${InventoryChannel['status']}`
  | `lacking.${ChannelPackages['lacking'][number]}`
  | `dead-letter-code.${DeadLetterCode}`
  | `quarantine-reason.${QuarantineReason}`
  | `offline-reason.${'NORMAL' | 'NETWORK' | 'TMOUT'}`;

/** The words for all of them in one language. */
export type Words = { readonly [key in WordKey]: string };
