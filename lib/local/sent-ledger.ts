import type { OutgoingMessage } from '#lib/simulator/ivm-simulator.ts';

/** The id has up to 19 digits. */
export type SentMessage = Pick<OutgoingMessage, 'messageId' | 'messageType' | 'picturesWanted'> & {
  isAcknowledged: boolean;
};
export type SentSums = { sent: number; acknowledged: number; picturesWanted: number };
/** `number` tells acknowledged messages apart, from 0. */
export type AcknowledgedMessage = { number: number; messageType: string };

/** What a run has sent, in nine bytes a message: it may be a million of them. */
export type SentLedger = {
  add(message: SentMessage): void;
  /** By type; pictures are those of acknowledged messages. */
  readonly sums: ReadonlyMap<string, Readonly<SentSums>>;
  /** Finds acknowledged messages among those added until now by their ids; `undefined` for any other. */
  finder(): (messageId: string) => AcknowledgedMessage | undefined;
};

const firstCapacity = 1024;

export function createSentLedger(): SentLedger {
  const sums = new Map<string, SentSums>();
  const types: string[] = [];
  let ids = new BigUint64Array(firstCapacity);
  let typeNumbers = new Uint8Array(firstCapacity);
  let count = 0;

  const makeRoom = (): void => {
    const [fewerIds, fewerTypes] = [ids, typeNumbers];
    ids = new BigUint64Array(2 * count);
    typeNumbers = new Uint8Array(2 * count);
    ids.set(fewerIds);
    typeNumbers.set(fewerTypes);
  };
  return {
    sums,
    add: ({ messageId, messageType, picturesWanted, isAcknowledged }) => {
      const ofType = sums.get(messageType) ?? { sent: 0, acknowledged: 0, picturesWanted: 0 };
      if (!sums.has(messageType)) types.push(messageType);
      sums.set(messageType, ofType);
      ofType.sent += 1;
      if (!isAcknowledged) return;
      ofType.acknowledged += 1;
      ofType.picturesWanted += picturesWanted;
      if (count === ids.length) makeRoom();
      ids[count] = BigInt(messageId);
      typeNumbers[count] = types.indexOf(messageType);
      count += 1;
    },
    finder: () => {
      const idOf = (number: number): bigint => ids[number] ?? 0n;
      const inOrder = new Uint32Array(count).map((_, index) => index);
      inOrder.sort((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
      return (messageId) => {
        if (!/^\d{1,19}$/.test(messageId)) return undefined;
        const id = BigInt(messageId);
        let from = 0;
        let to = inOrder.length;
        while (from < to) {
          const middle = (from + to) >>> 1;
          if (idOf(inOrder[middle] ?? 0) < id) from = middle + 1;
          else to = middle;
        }
        const number = inOrder[from];
        if (number === undefined || idOf(number) !== id) return undefined;
        return { number, messageType: types[typeNumbers[number] ?? 0] ?? '' };
      };
    },
  };
}
