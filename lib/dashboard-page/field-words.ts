/** What a field of a message means, in the words of one language. */
export type FieldWord = {
  description: string;
  unit?: string;
  /** Id of the table that labels its values. */
  values?: string;
};

/** What the documented fields of all messages mean, in the words of one language. */
export type FieldWords = {
  /** Labels of values by the value's text, each table once for all the fields that share it. */
  tables: { readonly [id: string]: { readonly [value: string]: string } };
  /** By message type, then by path within `data`: `targets[].obj_pos.x`, and the empty path for `data` itself. */
  fields: { readonly [messageType: string]: { readonly [path: string]: FieldWord } };
  /** Ids of the tables of codes that are shown apart from a message, by kind: `vehicle-color`. */
  kinds: { readonly [kind: string]: string };
};
