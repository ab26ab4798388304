import { isJsonObject, type Json, member } from '#lib/json/exact-json.ts';
import { isHttpUrl } from './field-types.ts';
import type { BasePictureKind, WantedPicture } from './message-module.ts';

/** An object of a message whose own members may announce pictures, with the names that the reference gives its members. */
export type PictureLevel = { path: string; value: Json | undefined; known: ReadonlySet<string> };

/** An element of `targets[]`; `position` is its index there. */
export type TargetLevel = PictureLevel & { position: number };

/** Which kind of picture a field announces; where two fields name one URL, the earlier line wins. */
const kindOfField: Readonly<Record<string, BasePictureKind>> = {
  target_url: 'target',
  target_pic: 'target',
  target_all_pic_url: 'body',
  human_pic: 'body',
  panorama_url: 'panorama',
  target_panorama: 'panorama',
  panorama_pic: 'panorama',
  vehicle_url: 'vehicle',
  vehicle_pic: 'vehicle',
  plate_pic: 'plate',
  target_match: 'match',
};
const pictureFields = Object.entries(kindOfField);

// A sender can invent fields at will; each of them costs a fetch.
const maxUndocumented = 20;
const maxFieldLength = 40;
const maxPathLength = 300;

/**
 * The pictures a message announces by URL: those of the message itself (`own`) and those of each of its `targets[]`, in
 * order. A picture of the n-th target (n ≥ 1) has `-<n>` behind its kind. The same URL twice is one picture, anywhere in
 * the message; the same kind with another URL becomes `<kind>-alt`, `<kind>-alt-2`, …; an undocumented member that holds
 * an http(s) URL becomes `other-<field>`. Kinds are unique within the message. Empty strings and what is no URL are not wanted.
 */
export function picturesWanted(
  own: readonly PictureLevel[],
  targets: readonly TargetLevel[] = [],
): { own: WantedPicture[]; targets: WantedPicture[][] } {
  const urls = new Set<string>();
  const kinds = new Set<string>();
  let undocumented = 0;

  function want(url: string, kind: string, alternative: string): WantedPicture {
    const unique = firstUnused(kinds, kind, alternative);
    urls.add(url);
    kinds.add(unique);
    return { kind: unique, url };
  }

  function picturesOf({ path, value, known }: PictureLevel, suffix: string): WantedPicture[] {
    if (!isJsonObject(value)) return [];
    const pictures: WantedPicture[] = [];
    for (const [field, base] of pictureFields) {
      const url = member(value, field);
      if (isHttpUrl(url) && !urls.has(url)) pictures.push(want(url, `${base}${suffix}`, `${base}${suffix}-alt`));
    }
    for (const [field, url] of Object.entries(value)) {
      if (known.has(field) || Object.hasOwn(kindOfField, field) || !isHttpUrl(url) || urls.has(url)) continue;
      if (undocumented === maxUndocumented) break;
      undocumented += 1;
      const kind = `other-${plainName(field)}${suffix}`;
      pictures.push({
        ...want(url, kind, `${kind}-alt`),
        undocumentedField: `${path}.${field}`.slice(0, maxPathLength).toWellFormed(),
      });
    }
    return pictures;
  }

  // The message's own pictures come first in any case, so that their kinds do not depend on its targets.
  return {
    own: own.flatMap((level) => picturesOf(level, '')),
    targets: targets.map((level) => picturesOf(level, level.position === 0 ? '' : `-${level.position}`)),
  };
}

function firstUnused(used: ReadonlySet<string>, kind: string, alternative: string): string {
  let candidate = used.has(kind) ? alternative : kind;
  for (let count = 2; used.has(candidate); count += 1) candidate = `${alternative}-${count}`;
  return candidate;
}

/** A field's name as it may stand in an object key. */
const plainName = (field: string): string =>
  field
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '-')
    .slice(0, maxFieldLength);
