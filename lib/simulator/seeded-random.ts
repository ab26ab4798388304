import { createHash } from 'node:crypto';

/** Repeatable randomness: the same seed gives the same sequence. Not for secrets. */
export type Random = {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number, both ends included. */
  integer(from: number, to: number): number;
  chance(share: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  /** Decimal digits as text; the first may be 0. */
  digits(length: number): string;
  bytes(length: number): Buffer;
};

/** A generator (mulberry32) that starts from any text. */
export function seededRandom(seed: string): Random {
  let state = createHash('sha256').update(seed).digest().readUInt32LE();

  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  const integer = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));

  return {
    next,
    integer,
    chance: (share) => next() < share,
    pick(items) {
      const item = items[integer(0, items.length - 1)];
      if (item === undefined) throw new RangeError('there is nothing to pick from');
      return item;
    },
    digits: (length) => Array.from({ length }, () => integer(0, 9)).join(''),
    bytes: (length) => Buffer.from(Array.from({ length }, () => integer(0, 255))),
  };
}

/**
 * Deals cards in random order and shuffles again when they are used up: chance that leaves nothing out. A card that
 * stands twice comes twice per round.
 */
export function createDeck<Card>(random: Random, cards: readonly Card[]): () => Card {
  let left: Card[] = [];
  return () => {
    if (left.length === 0) left = shuffled(random, cards);
    const card = left.pop();
    if (card === undefined) throw new RangeError('the deck has no cards');
    return card;
  };
}

/** The same items in random order (Fisher-Yates). */
export function shuffled<Item>(random: Random, items: readonly Item[]): Item[] {
  const pool = [...items];
  return items.flatMap(() => pool.splice(random.integer(0, pool.length - 1), 1));
}
