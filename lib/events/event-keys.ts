const longestIdBytes = 256;

/**
 * An id as part of a key: percent-encoded, so that no id can hold our separators, at most 256 bytes; `-` where there is
 * none.
 */
export function encodeId(id: string): string {
  if (id === '') return '-';
  const encoded = encodeURIComponent(id.toWellFormed());
  if (encoded.length <= longestIdBytes) return encoded;
  // Never cut an escape in two: the key would not decode.
  return encoded.slice(0, longestIdBytes).replace(/%[0-9A-F]?$/, '');
}

/** Partition key of the table `events`. */
export const cameraKey = (deviceId: string, channelId: string): string =>
  `${encodeId(deviceId)}#${encodeId(channelId)}`;

/** Sort key of an event: the same message gives the same key, the same id with another body another one. */
export const eventSk = (occurredAt: string, messageId: string, bodySha256: string): string =>
  `${occurredAt}#${encodeId(messageId)}#${bodySha256.slice(0, 8)}`;

export const childSk = (sk: string, part: 'target' | 'device', index: number): string => `${sk}#${part}#${index}`;

/** The id that a message without one goes by. */
export const substituteMessageId = (bodySha256: string): string => `h${bodySha256.slice(0, 18)}`;
