import type { Words } from './word-key.ts';

// As `picturesWanted` makes them: the number of the target behind the kind, then which of the pictures of one kind it is.
const kindPattern = /^(?<base>[a-z].*?)(?:-(?<target>\d{1,4}))?(?<again>-alt(?:-\d+)?)?$/;

/** What a picture shows, in words: `vehicle-2-alt` is another close-up of the third vehicle. */
export function pictureKindWord(kind: string, words: Words): string {
  const { base = kind, target, again } = kindPattern.exec(kind)?.groups ?? {};
  const known: { readonly [key: string]: string } = words;
  const field = base.startsWith('other-') ? base.slice('other-'.length) : undefined;
  const plain =
    field === undefined
      ? (known[`picture-kind.${base}`] ?? base)
      : words['picture-kind-pattern.other'].replace('{field}', () => field);
  const numbered =
    target === undefined
      ? plain
      : words['picture-kind-pattern.numbered'].replace('{kind}', () => plain).replace('{n}', `${Number(target) + 1}`);
  return again === undefined ? numbered : words['picture-kind-pattern.alternative'].replace('{kind}', () => numbered);
}
