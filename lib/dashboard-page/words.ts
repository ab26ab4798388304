/** The word for a code of a kind, as for a message type or a reason; the code itself where there is none. */
export const useWord = (_namespace: string, code: string): string => code;
