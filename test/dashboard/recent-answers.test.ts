import { describe, expect, it } from 'vitest';
import { createRecentAnswers } from '#lib/dashboard/recent-answers.ts';

describe('answers that are kept', () => {
  it('go when there are too many, those that were not asked for the longest first', () => {
    const answers = createRecentAnswers<string>(3);
    answers.put('a', 'A', 1);
    answers.put('b', 'B', 1);
    answers.put('c', 'C', 1);
    expect(answers.get('a')).toBe('A');
    answers.put('d', 'D', 1);
    expect(['a', 'b', 'c', 'd'].map((key) => answers.get(key))).toEqual(['A', undefined, 'C', 'D']);
  });

  it('count by their weight, and once where one is put again', () => {
    const answers = createRecentAnswers<string>(4);
    answers.put('a', 'A', 3);
    answers.put('a', 'A', 3);
    answers.put('b', 'B', 1);
    expect(answers.get('a')).toBe('A');
    answers.put('c', 'C', 4);
    expect(['a', 'b', 'c'].map((key) => answers.get(key))).toEqual([undefined, undefined, 'C']);
  });
});
