import { useWord } from '../words.ts';

/** A code in words; one that has none stands as it came. */
export const Word = ({ of, code }: { of: string; code: string }) => <>{useWord(of, code)}</>;

/** Several codes in words, one behind the other. */
export const Words = ({ of, codes }: { of: string; codes: readonly string[] }) => (
  <>
    {codes.map((code, index) => (
      <span key={code}>
        {index === 0 ? null : ', '}
        <Word of={of} code={code} />
      </span>
    ))}
  </>
);
