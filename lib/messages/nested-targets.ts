import { type Json, member } from '#lib/json/exact-json.ts';
import { capturedAt } from './captured-at.ts';
import type { ChildPart, Columns, WantedPicture } from './message-module.ts';
import { picturesWanted } from './pictures-wanted.ts';
import { cameraOf, column, columnsOf, elementsOf, firstMember, idColumn } from './read-fields.ts';

/** The members that the reference names at the levels of a message whose `targets[]` are records of their own. */
export type NestedNames = { data: ReadonlySet<string>; inner: ReadonlySet<string>; target: ReadonlySet<string> };

const targetsOf = (data: Json | undefined) => elementsOf(member(member(data, 'data'), 'targets'));

// Own and targets' pictures are found together, because a URL counts once and a kind is unique in the whole message.
const announced = (data: Json | undefined, names: NestedNames) =>
  picturesWanted(
    [
      { path: 'data', value: data, known: names.data },
      { path: 'data.data', value: member(data, 'data'), known: names.inner },
    ],
    targetsOf(data).map(({ index, element }) => ({
      path: `data.data.targets[${index}]`,
      position: index,
      value: element,
      known: names.target,
    })),
  );

/** The columns of such a message itself. */
export function nestedColumns(data: Json | undefined): Columns {
  const common = member(member(data, 'data'), 'common');
  const targets = targetsOf(data).map(({ element }) => element);
  return {
    ...idColumn('data_id', member(data, 'data_id')),
    ...column('itgt_type', member(common, 'target_type'), firstMember(targets, 'target_type')),
    ...columnsOf(common, ['meta_type_mask', 'target_time_domain_info']),
    ...capturedAt(targets),
  };
}

/** Pictures that such a message announces outside its `targets[]`. */
export const nestedPictures = (data: Json | undefined, names: NestedNames): WantedPicture[] =>
  announced(data, names).own;

/**
 * The `targets[]` of behaviour and micro-checkpoint messages as parts of their own (reference 10.1.4.5.6, 10.1.4.5.7).
 * They belong to the camera of the message; a target's own `device_id` is printed, but always empty.
 */
export function nestedTargets(
  data: Json | undefined,
  names: NestedNames,
  columns: (target: Json) => Columns,
): ChildPart[] {
  const pictures = announced(data, names).targets;
  return targetsOf(data).map(({ index, element }, position) => ({
    part: 'target',
    index,
    ...cameraOf(data),
    columns: columns(element),
    data: element,
    pictures: pictures[position] ?? [],
  }));
}
