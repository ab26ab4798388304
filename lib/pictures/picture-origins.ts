/** Origins that the IVM API itself has named, and those that were refused, for an operator to see. */
export type LearnedOrigins = {
  learned(): Promise<readonly string[]>;
  learn(origin: string): Promise<void>;
  refuse(origin: string): Promise<void>;
};

export type PictureOrigins = {
  /**
   * The URL to ask for a picture, or `forbidden-host`.
   *
   * @param isFromApi the IVM API has just returned this URL, which makes its origin a known one
   */
  judge(url: string, isFromApi: boolean): Promise<URL | 'forbidden-host'>;
};

const readAgainAfterMs = 60_000;
const learnAgainAfterMs = 3_600_000;
/** Whoever forges messages must not fill a table with names. */
const mostRefused = 100;

/**
 * Judges where pictures may be fetched from: IVM's own origin, origins that the IVM API has named, and those of the
 * setting. A message can be forged, since the signature does not cover it, and must not make us ask whom it likes.
 *
 * @param configured hosts (`pics.example.com`, then over https) or origins (`http://192.0.2.1:31012`)
 */
export function createPictureOrigins(options: {
  apiOrigin: string;
  configured: readonly string[];
  origins: LearnedOrigins;
  now: () => Date;
}): PictureOrigins {
  const { origins, now } = options;
  const api = new URL(options.apiOrigin);
  const configured = new Set(
    options.configured
      .map((entry) => (entry.includes('://') ? entry : `https://${entry}`))
      .filter((entry) => URL.canParse(entry))
      .map((entry) => new URL(entry).origin),
  );
  const learnedAtMs = new Map<string, number>();
  const refused = new Set<string>();
  let known: { origins: ReadonlySet<string>; readAtMs: number } | undefined;

  const isLearned = async (origin: string): Promise<boolean> => {
    const nowMs = now().getTime();
    if (nowMs - (learnedAtMs.get(origin) ?? Number.NEGATIVE_INFINITY) < learnAgainAfterMs) return true;
    if (known === undefined || nowMs - known.readAtMs >= readAgainAfterMs) {
      known = { origins: new Set(await origins.learned()), readAtMs: nowMs };
    }
    return known.origins.has(origin);
  };

  const refuse = async (origin: string): Promise<'forbidden-host'> => {
    if (!refused.has(origin) && refused.size < mostRefused) {
      refused.add(origin);
      await origins.refuse(origin);
    }
    return 'forbidden-host';
  };

  return {
    judge: async (text, isFromApi) => {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
        return 'forbidden-host';
      }
      // IVM's own host gets the token, and so is never asked in the clear.
      if (url.host === api.host && api.protocol === 'https:') url.protocol = 'https:';
      if (url.origin === api.origin || configured.has(url.origin)) return url;
      if (isFromApi) {
        const nowMs = now().getTime();
        if (nowMs - (learnedAtMs.get(url.origin) ?? Number.NEGATIVE_INFINITY) >= learnAgainAfterMs) {
          await origins.learn(url.origin);
          learnedAtMs.set(url.origin, nowMs);
        }
        return url;
      }
      return (await isLearned(url.origin)) ? url : refuse(url.origin);
    },
  };
}
