import type { EventSummary } from '../../../dashboard/events.ts';
import { useCameraNames } from '../../cameras.ts';
import { pictureKindWord } from '../../picture-kind.ts';
import { useSettings } from '../../settings.tsx';
import { words } from '../../texts/words.ts';
import { useFieldWords, useWords } from '../../words.ts';

/** Where the labels of a summary column stand: in the message, of some type. */
const labelled: { readonly [column: string]: readonly [messageType: string, path: string] } = {
  classification: ['device_alarm', 'classification'],
  itgt_type: ['target_data', 'itgt_type'],
  method: ['device_status', 'method'],
};

/** Says in words what events, their pictures and cameras are. */
export function useEventWords() {
  const { language, texts } = useSettings();
  const word = useWords();
  const fieldWords = useFieldWords();
  const cameras = useCameraNames();
  const labelOf = (column: string, value: string): string => {
    const [type = '', path = ''] = labelled[column] ?? [];
    const table = fieldWords?.fields[type]?.[path]?.values;
    return fieldWords?.tables[table ?? '']?.[value] ?? value;
  };
  const stateOf = (state: string): string => {
    if (state === '1') return texts.events.online;
    return state === '0' ? texts.events.offline : state;
  };
  return {
    type: (type: string) => word('message-type', type),
    /** What an event is, in a word or two. */
    headline: ({ type, summary }: { type: string; summary: { readonly [column: string]: string } }) =>
      summary['alarm_type'] === undefined ? word('message-type', type) : word('alarm-type', summary['alarm_type']),
    /** What else there is to say of it. */
    more: ({ summary }: EventSummary): string[] => [
      ...['classification', 'itgt_type', 'method'].flatMap((column) => {
        const value = summary[column];
        return value === undefined ? [] : [labelOf(column, value)];
      }),
      ...(summary['channel_state'] === undefined ? [] : [stateOf(summary['channel_state'])]),
      ...(summary['unbind_type'] === undefined ? [] : [summary['unbind_type']]),
    ],
    picture: (kind: string) =>
      kind === 'snapshot' ? word('message-type', 'snapshot') : pictureKindWord(kind, words[language]),
    status: (status: string) => word('picture-status', status),
    reason: (reason: string, kind: string) => word(kind === 'snapshot' ? 'snapshot-reason' : 'missing-reason', reason),
    camera: ({ id, device_id: deviceId, channel_id: channelId }: EventSummary['camera']): string => {
      const known = cameras.find((camera) => camera.id === id);
      if (known !== undefined) return known.name;
      const ids = [deviceId, channelId].filter((one) => one !== '').join(' / ');
      return ids === '' ? texts.events.unknownCamera : ids;
    },
  };
}
export type EventWords = ReturnType<typeof useEventWords>;
