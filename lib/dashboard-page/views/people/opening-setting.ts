const name = 'opening-hours';

/** The opening hours that were set last in this browser; those in the address go before them. */
export function keptOpening(): string | null {
  try {
    return window.localStorage.getItem(name);
  } catch {
    // Where storage is forbidden, the address alone keeps them.
    return null;
  }
}

export function keepOpening(opening: string): void {
  try {
    window.localStorage.setItem(name, opening);
  } catch {}
}
