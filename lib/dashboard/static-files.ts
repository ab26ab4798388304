import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ConfigError } from '#lib/errors.ts';

/** A file of the page, compressed as it is sent. */
export type StaticFile = { gzipped: Buffer; contentType: string; etag: string; isImmutable: boolean };

const contentTypes: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/**
 * Reads the page once, by the paths under which it is served: `/` and `/assets/<name>`. The names of assets carry a hash of
 * their content, so they may be kept for ever; the page that names them may not.
 *
 * @throws ConfigError `no-page` where it was not built
 */
export function readStaticFiles(directory: string): ReadonlyMap<string, StaticFile> {
  const index = join(directory, 'index.html');
  if (!existsSync(index)) throw new ConfigError('no-page', 'The page is not there: build it with npm run build');
  const assets = join(directory, 'assets');
  return new Map([
    ['/', staticFile(index, false)],
    ...readdirSync(assets).map((name): [string, StaticFile] => [
      `/assets/${name}`,
      staticFile(join(assets, name), true),
    ]),
  ]);
}

function staticFile(path: string, isImmutable: boolean): StaticFile {
  const content = readFileSync(path);
  return {
    gzipped: gzipSync(content, { level: 9 }),
    contentType: contentTypes[extname(path)] ?? 'application/octet-stream',
    etag: `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
    isImmutable,
  };
}

/** Headers of the page itself, which say what it may load and talk to. */
export function pageHeaders(origins: { pictures: string; signIn: readonly string[] }): { [name: string]: string } {
  const policy = {
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", origins.pictures],
    'connect-src': ["'self'", ...origins.signIn],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  };
  return {
    'content-security-policy': Object.entries(policy)
      .map(([directive, sources]) => `${directive} ${sources.join(' ')}`)
      .join('; '),
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  };
}

/** Headers of everything that the dashboard answers. */
export const commonHeaders: { readonly [name: string]: string } = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
};
