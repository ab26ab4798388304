import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { alarms, queues, scheduledFunctions } from '#lib/deployment/alarms.ts';
import { queries } from '#lib/deployment/saved-queries.ts';
import { operations } from '#lib/ivm/operations/operations.ts';

const root = new URL('../', import.meta.url).pathname;
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');
const readme = read('README.md');
/** The rows of the table under a heading, cell by cell; a later heading of the same level ends it. */
const rowsUnder = (heading: string): string[][] =>
  (readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('|---'))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));

describe('the README', () => {
  it('names only commands that there are', () => {
    const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));
    const named = [
      ...readme.matchAll(/npm (?:run )?(start|test[:a-z]*|bench|build|deploy|package|format|check[:a-z]*)/g),
    ];
    expect(named.length).toBeGreaterThan(5);
    for (const [text, name = ''] of named) expect(Object.keys(scripts), text).toContain(name);
    const operators = [...readme.matchAll(/npx ivm-bridge (\w+)/g)].map(([, name = '']) => name);
    expect([...new Set(operators)].toSorted()).toEqual([
      'call',
      'doctor',
      'erase',
      'redrive',
      'replay',
      'setup',
      'start',
    ]);
    const called = [...readme.matchAll(/ivm-bridge call (\w+)/g)].map(([, name = '']) => name);
    expect(called.filter((name) => !Object.hasOwn(operations, name))).toEqual([]);
  });

  it('describes every function', () => {
    const described = rowsUnder('Functions').map(([name = '']) => name.replaceAll('`', ''));
    const functions = globSync('functions/*.ts', { cwd: root }).map((path) => basename(path, '.ts'));
    expect(described.slice(1).toSorted()).toEqual(functions.toSorted());
  });

  it('tells of every alarm', () => {
    const families = [
      { pattern: '<queue>-dead-letters', names: queues.map(({ name }) => `${name}-dead-letters`) },
      { pattern: '<queue>-late', names: queues.map(({ name }) => `${name}-late`) },
      { pattern: '<function>-failed', names: scheduledFunctions.map((name) => `${name}-failed`) },
    ];
    const familyOf = (name: string) => families.find(({ names }) => names.includes(name))?.pattern ?? name;
    const told = rowsUnder('Operate').flatMap(([names = '']) => [...names.matchAll(/`([^` ]+)`/g)]);
    expect([...new Set(told.map(([, name = '']) => name))].toSorted()).toEqual(
      [...new Set(alarms.map(({ name }) => familyOf(name)))].toSorted(),
    );
    const watched = alarms.flatMap(({ watch }) => ('expression' in watch ? Object.keys(watch.metrics) : [watch.name]));
    expect(readme).toContain(`${alarms.length} alarms over ${watched.length} metrics at 0.10`);
  });

  it('names the queries that are saved', () => {
    for (const { name } of queries) expect(readme.replaceAll('\n', ' ')).toContain(name);
  });

  it('has its costs right', () => {
    const [, ...rows] = rowsUnder('What it costs');
    const items = rows.slice(0, -1).map(([what = '', ...cells]) => ({ what, cells: cells.map(Number) }));
    expect(items.length).toBeGreaterThan(5);
    for (const { what, cells } of items) {
      const [units = 0, price = 0, cost] = cells;
      expect(Math.abs(units * price - (cost ?? 0)), what).toBeLessThan(0.006);
    }
    const sum = items.reduce((total, { cells }) => total + (cells[2] ?? 0), 0);
    expect(rows.at(-1)?.at(-1)).toBe(`**${sum.toFixed(2)}**`);
  });
});
