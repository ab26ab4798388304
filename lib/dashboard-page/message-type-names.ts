import { subscriptions } from '../callback/subscriptions.ts';
import { useWord } from './words.ts';

const messageTypes: readonly string[] = subscriptions.map(({ messageType }) => messageType);

/** What message types are called; one that is not known is called by its code. */
export function useMessageTypeName(): (type: string) => string {
  const names = new Map(messageTypes.map((type) => [type, useWord('message-type', type)]));
  return (type) => names.get(type) ?? type;
}
