import type { Difference, ItemKey, ReplayOutcome } from './replay-plan.ts';
import { keyText } from './replay-plan.ts';

/** How a message ended: as its plan says, or it was `erased` and is left alone, or it `failed`. */
export type MessageOutcome = ReplayOutcome | 'erased' | 'failed';

export type FindingKind =
  | Exclude<MessageOutcome, 'unchanged'>
  | 'part-missing'
  | 'part-removed'
  | 'picture'
  | 'device-state';

/** What was found of a kind in messages of a type. */
export type Finding = {
  kind: FindingKind;
  messageType: string;
  /** The attribute that changes, why it failed, what becomes of a picture, which aspect of a device changes. */
  detail?: string;
  count: number;
  /** Partition and sort key of some, or object and line number of a raw line that cannot be read. */
  examples: string[];
};

export type ReplayReport = {
  /** Whether the differences were written, or only found. */
  applied: boolean;
  /** What arrived from here to before `to` was looked at, ISO 8601. */
  from: string;
  to: string;
  /** Whether `to` is earlier than asked for, since pictures of what came after may be on their way. */
  isCutOff: boolean;
  /** Lines of the raw archive in that range; of the same message there may be several. */
  lines: number;
  /** Lines of messages that had been looked at. */
  repeated: number;
  messages: { [outcome in MessageOutcome]: number };
  findings: Finding[];
  /** Why the run ended before its end. */
  stopped?: string;
};

const mostExamples = 3;

/** Counts what a replay finds. */
export class ReplayTally {
  readonly messages = { unchanged: 0, changed: 0, missing: 0, moved: 0, expired: 0, erased: 0, failed: 0 };
  readonly #findings = new Map<string, Finding>();
  repeated = 0;

  get lines(): number {
    return Object.values(this.messages).reduce((sum, count) => sum + count, this.repeated);
  }

  /** Counts a message once, with what is different of it. */
  count(outcome: MessageOutcome, messageType: string, example: string, detail?: string): void {
    this.messages[outcome] += 1;
    // What is told of a changed message are its differences.
    if (outcome !== 'unchanged' && outcome !== 'changed') this.#add(outcome, messageType, detail, example);
  }

  countDifferences(messageType: string, event: ItemKey, differences: readonly Difference[]): void {
    for (const difference of differences) {
      switch (difference.kind) {
        case 'attribute':
          this.#add('changed', messageType, difference.name, keyText(event));
          break;
        case 'picture':
          this.#add('picture', messageType, difference.state, keyText(difference.key));
          break;
        default:
          this.#add(difference.kind, messageType, undefined, keyText(difference.key));
      }
    }
  }

  countState(messageType: string, aspect: string, event: ItemKey): void {
    this.#add('device-state', messageType, aspect, keyText(event));
  }

  findings(): Finding[] {
    return [...this.#findings.values()].toSorted(
      (one, other) =>
        one.messageType.localeCompare(other.messageType) ||
        one.kind.localeCompare(other.kind) ||
        other.count - one.count,
    );
  }

  #add(kind: FindingKind, messageType: string, detail: string | undefined, example: string): void {
    const id = JSON.stringify([kind, messageType, detail]);
    const finding = this.#findings.get(id) ?? {
      kind,
      messageType,
      ...(detail === undefined ? {} : { detail }),
      count: 0,
      examples: [],
    };
    finding.count += 1;
    if (finding.examples.length < mostExamples) finding.examples.push(example);
    this.#findings.set(id, finding);
  }
}
