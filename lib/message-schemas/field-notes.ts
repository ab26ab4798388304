import * as z from 'zod';
import { formOf } from './field-form.ts';
import type { FieldNote } from './fields.ts';

/**
 * What is noted of an object and of every field in it, by path: names joined by dots, `[]` behind the name of a list for
 * its elements, and the empty path for the object itself.
 *
 * @throws TypeError for a field that the functions of `fields.ts` have not made
 */
export const fieldNotes = (schema: z.ZodObject): Map<string, FieldNote> => new Map(notesFrom('', schema));

function* notesFrom(path: string, field: z.core.$ZodType): Generator<[path: string, note: FieldNote]> {
  yield [path, noteOf(path, field)];
  const form = formOf(field);
  if ('element' in form) yield* notesFrom(`${path}[]`, form.element);
  if ('members' in form) {
    for (const [name, member] of form.members) yield* notesFrom(path === '' ? name : `${path}.${name}`, member);
  }
}

/** `fields.ts` notes a description with each field, and beside it nothing but what a note may have. */
function noteOf(path: string, field: z.core.$ZodType): FieldNote {
  const noted = z.globalRegistry.get(field) as FieldNote | undefined;
  if (noted === undefined) throw new TypeError(`nothing is noted of '${path}'`);
  return noted;
}
