import type { MessageField } from '../../../dashboard/message-fields.ts';
import type { FieldWord, FieldWords } from '../../field-words.ts';
import { useFormat } from '../../format.ts';
import { Badge } from '../../parts/notice.tsx';
import { useTexts } from '../../settings.tsx';

/** Groups of so many values stand open; boxes and the like don't. */
const folded = /(?:_pos|_position|_abs|_com|_r|_roi|_relative|_speed|common)$/;
const isUrl = /^https?:/;
const milliseconds = /^\d{13}$/;

/** A path of a message as the words of fields have it: within `data`, and whichever element of a list it is. */
const wordPath = (path: string): string => path.replace(/^data\.?/, '').replaceAll(/\[\d+\]/g, '[]');
/** Where a value stands, and what it is called there: all corners of an area stand together. */
const parts = /^(?<parent>.*?)\.(?<name>(?:points\[\d+\]\.)?[^.]*)$/;
const parentOf = (path: string): string => parts.exec(path)?.groups?.['parent'] ?? '';
const nameOf = (path: string): string => parts.exec(path)?.groups?.['name'] ?? path;

/** What a message says, value by value, with what each means, under the objects that the values stand in. */
export function MessageFields(props: {
  messageType: string;
  fields: readonly MessageField[];
  fieldWords: FieldWords | undefined;
}) {
  const { events: texts } = useTexts();
  const known = props.fieldWords?.fields[props.messageType];
  const groups = Map.groupBy(props.fields, ({ path }) => parentOf(path));
  return (
    <div class="message-fields">
      {[...groups].map(([path, fields]) => (
        <details key={path} open={!folded.test(path)}>
          <summary>
            {path === 'data' ? texts.ofMessage : (known?.[wordPath(path)]?.description ?? nameOf(path))}{' '}
            <code>{path}</code>
          </summary>
          <dl>
            {fields.map((field) => (
              <Field
                key={field.path}
                field={field}
                word={known?.[wordPath(field.path)]}
                tables={props.fieldWords?.tables}
                isKnownType={known !== undefined}
              />
            ))}
          </dl>
        </details>
      ))}
    </div>
  );
}

function Field(props: {
  field: MessageField;
  word: FieldWord | undefined;
  tables: FieldWords['tables'] | undefined;
  isKnownType: boolean;
}) {
  const { field, word } = props;
  const { events: texts } = useTexts();
  const format = useFormat();
  const value = field.value ?? '';
  const label = labelOf(value, props.tables?.[word?.values ?? '']);
  const hasMoment = milliseconds.test(value) && /_timems$|_time$|_start$|_stop$/.test(field.path);
  return (
    <div>
      <dt>
        {word?.description ?? nameOf(field.path)}
        {word === undefined ? null : <code>{nameOf(field.path)}</code>}
        {word === undefined && props.isKnownType ? <Badge tone="neutral">{texts.undocumented}</Badge> : null}
      </dt>
      <dd>
        {field.omitted_bytes === null ? (
          <>
            {label === undefined ? (
              <span class={isUrl.test(value) ? 'url' : undefined}>{value}</span>
            ) : (
              <strong>{label}</strong>
            )}
            {label === undefined || label === value ? null : <code>{value}</code>}
            {word?.unit === undefined || label !== undefined ? null : <span class="note"> {word.unit}</span>}
            {hasMoment ? <span class="note"> = {format.dateTime(new Date(Number(value)))}</span> : null}
          </>
        ) : (
          <span class="note">{texts.omitted(field.omitted_bytes)}</span>
        )}
      </dd>
    </div>
  );
}

/** The label of a value; flags that were added up have one each. */
function labelOf(value: string, table: { readonly [value: string]: string } | undefined): string | undefined {
  if (table === undefined) return undefined;
  if (Object.hasOwn(table, value)) return table[value];
  const number = Number(value);
  const bits = Object.keys(table).map(Number);
  const areFlags = bits.length > 1 && bits.every((bit) => bit > 0 && Math.log2(bit) % 1 === 0);
  if (!areFlags || !Number.isSafeInteger(number) || number <= 0 || number >= 2 ** 31) return undefined;
  const set = bits.filter((bit) => (number & bit) !== 0);
  return set.reduce((sum, bit) => sum + bit, 0) === number ? set.map((bit) => table[`${bit}`]).join(' + ') : undefined;
}
