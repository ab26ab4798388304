import { omission } from '#lib/json/omission.ts';
import { type RewriteMember, rewriteMembers, stringOf } from '#lib/json/rewrite-members.ts';
import { isHttpUrl } from '#lib/messages/field-types.ts';
import { normalisePlate } from '#lib/messages/plate.ts';
import { isPersonPictureField, isPlateField, isRawOnly } from './personal-fields.ts';
import { isKeyedHash, keyedHash } from './privacy-key.ts';

/** What a tenant wants kept of persons (README: security and privacy). */
export type PrivacySettings = {
  /** Face templates and digests of identity cards: in the raw archive, or nowhere. */
  faceFeatures: 'keep' | 'drop';
  /** Number plates as they are, or hashed with the tenant's key wherever they would stand. */
  plates: 'clear' | 'hashed';
  /** Pictures of persons: fetched and kept, or not asked for. */
  facePictures: 'keep' | 'skip';
};

/**
 * What is kept of a body. The same bytes where nothing is to be left out; else all that is not left out stays as it was
 * written, but bytes that are no UTF-8 are lost. What was left out says so: `{"omitted": "<bytes>"}`.
 *
 * @param readKey gives the tenant's key; called only where something is to be hashed
 */
export async function protectBody(
  body: Buffer,
  settings: PrivacySettings,
  readKey: () => Promise<string>,
): Promise<Buffer> {
  const rules: Rule[] = [];
  if (settings.faceFeatures === 'drop') rules.push(rawOnly);
  if (settings.facePictures === 'skip') rules.push(personPictures);
  if (settings.plates === 'hashed') rules.push(hashedPlates(await readKey()));
  if (rules.length === 0) return body;
  const text = body.toString('utf8');
  const kept = applyRules(text, rules);
  return kept === text ? body : Buffer.from(kept, 'utf8');
}

/** A body without what stands in the raw archive alone. */
export const withoutRawOnly = (text: string): string => applyRules(text, [rawOnly]);

type Rule = { isFor: (name: string) => boolean; rewrite: RewriteMember };

const applyRules = (text: string, rules: readonly Rule[]): string =>
  rewriteMembers(
    text,
    (name) => rules.some(({ isFor }) => isFor(name)),
    (name, value) => rules.find(({ isFor }) => isFor(name))?.rewrite(name, value),
  );

const isEmpty = (value: string): boolean => ['""', 'null', '[]', '{}'].includes(value);

const omitted = (value: string): string =>
  JSON.stringify(omission(Buffer.byteLength(value.startsWith('"') ? stringOf(value) : value)));
const isOmitted = (value: string): boolean => /^\{"omitted":"\d+"\}$/.test(value);

const rawOnly: Rule = {
  isFor: isRawOnly,
  rewrite: (_name, value) => (isEmpty(value) || isOmitted(value) ? undefined : omitted(value)),
};

const personPictures: Rule = {
  isFor: isPersonPictureField,
  rewrite: (_name, value) =>
    isEmpty(value) || isOmitted(value) || isHttpUrl(stringOf(value)) ? undefined : omitted(value),
};

const hashedPlates = (key: string): Rule => ({
  isFor: isPlateField,
  rewrite: (_name, value) => {
    if (!value.startsWith('"')) return undefined;
    const plate = normalisePlate(stringOf(value));
    return plate === undefined || isKeyedHash(plate) ? undefined : JSON.stringify(keyedHash(key, 'plate', plate));
  },
});
