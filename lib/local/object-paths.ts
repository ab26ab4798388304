const chunkLength = 60;
const continuation = '~+';

/**
 * An object key as a path that every file system takes and no key leaves its directory by: segments that are empty, `.`,
 * `..` or begin with `~` get a `~` before them, and long ones are cut into chunks (a percent-encoded id may have 256
 * characters, a file name 255 bytes, and fauxqs adds its own escapes and endings).
 */
export const toObjectPath = (key: string): string =>
  key
    .split('/')
    .map((segment) => {
      const characters = [...(/^(?:\.{0,2}$|~)/.test(segment) ? `~${segment}` : segment)];
      const chunks: string[] = [];
      for (let at = 0; at < characters.length; at += chunkLength) {
        chunks.push(characters.slice(at, at + chunkLength).join(''));
      }
      return chunks.join(`/${continuation}`);
    })
    .join('/');

/** The key behind a path that `toObjectPath` made. */
export function fromObjectPath(path: string): string {
  const segments: string[] = [];
  for (const part of path.split('/')) {
    if (part.startsWith(continuation)) segments.push(`${segments.pop() ?? ''}${part.slice(continuation.length)}`);
    else segments.push(part.startsWith('~') ? part.slice(1) : part);
  }
  return segments.join('/');
}
