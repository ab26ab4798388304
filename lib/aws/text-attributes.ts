export type TextAttributes = { [name: string]: { DataType: 'String'; StringValue: string } };

/** Attributes of a message as SQS takes them; it takes no empty ones. */
export const textAttributes = (attributes: { [name: string]: string | undefined }): TextAttributes =>
  Object.fromEntries(
    Object.entries(attributes)
      .filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '')
      .map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );
