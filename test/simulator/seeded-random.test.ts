import { describe, expect, it } from 'vitest';
import { createDeck, seededRandom, shuffled } from '#lib/simulator/seeded-random.ts';

const cards = ['a', 'b', 'c', 'c'];
const sequence = (seed: string) => {
  const random = seededRandom(seed);
  return Array.from({ length: 20 }, () => random.next());
};

describe('seededRandom', () => {
  it('repeats itself for the same seed and differs for another', () => {
    expect(sequence('1')).toEqual(sequence('1'));
    expect(sequence('1')).not.toEqual(sequence('2'));
  });

  it('reaches both ends of a range and nothing beyond', () => {
    const random = seededRandom('1');
    const drawn = new Set(Array.from({ length: 200 }, () => random.integer(-1, 2)));
    expect([...drawn].toSorted((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
  });

  it('picks nothing from nothing', () => {
    expect(() => seededRandom('1').pick([])).toThrow(RangeError);
  });
});

describe('createDeck', () => {
  it('deals every card once per round', () => {
    const deal = createDeck(seededRandom('1'), cards);
    for (let round = 0; round < 5; round += 1) {
      expect(cards.map(() => deal()).toSorted()).toEqual(cards);
    }
  });
});

describe('shuffled', () => {
  it('keeps the items and leaves the list alone', () => {
    const list = ['a', 'b', 'c', 'd'];
    expect(shuffled(seededRandom('3'), list).toSorted()).toEqual(list);
    expect(list).toEqual(['a', 'b', 'c', 'd']);
  });
});
