const urlLifetimeMs = 300_000;
/** `expire=` is epoch seconds; what is further from the arrival than this is something else. */
const plausibleLifetimeMs = 86_400_000;

/** When a picture's URL dies: what its own `expire=` says, else five minutes after the message came (10.2.1). */
export function pictureDeadline(url: string, receivedAt: Date): Date {
  const expire = URL.canParse(url) ? (new URL(url).searchParams.get('expire') ?? '') : '';
  const byUrl = /^\d{10}$/.test(expire) ? Number(expire) * 1000 : Number.NaN;
  const isPlausible = Math.abs(byUrl - receivedAt.getTime()) <= plausibleLifetimeMs;
  return new Date(isPlausible ? byUrl : receivedAt.getTime() + urlLifetimeMs);
}
