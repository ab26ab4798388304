/** Built-ins that give what they were given, or call it; the others make texts, numbers and the like of it. */
export const handsOn = new Set(
  `Array Array.from Array.fromAsync Array.of Iterator.from JSON.parse JSON.stringify Map Map.groupBy Object.assign
  Object.entries Object.freeze Object.fromEntries Object.groupBy Object.values Promise Promise.all Promise.allSettled
  Promise.any Promise.race Promise.resolve Promise.try Set WeakMap queueMicrotask setImmediate setInterval setTimeout
  structuredClone`.split(/\s+/),
);
/** Everything that can be asked of a list, and of the promise or generator of one. */
export const methodsOfLists = new Set(
  [Array, Map, Set, Promise, Iterator].flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype)).concat('next'),
);
/** Methods of arrays, maps and sets that keep their arguments, and those whose results hold them. */
export const keeping = new Set(['add', 'fill', 'push', 'set', 'splice', 'unshift']);
export const gathering = new Set(['concat', 'reduce', 'toSpliced', 'with', ...keeping]);
