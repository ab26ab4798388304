import { TransientError } from '#lib/errors.ts';

/** `headers` by their names in lower case; what stands in several lines is one list. */
export type HttpAnswer = { status: number; headers: ReadonlyMap<string, string>; text: string };

export type ReadAnswer = {
  answer: HttpAnswer;
  /** Whether the connection has nothing more to say and takes another request. */
  keepsConnection: boolean;
};

/** Much more than AWS answers to what we send; a secret has 64 KiB at most. */
const longestAnswer = 1_048_576;

const statusLine = /^HTTP\/1\.([01]) (\d{3})(?: .*)?$/;
const headerLine = /^([!#$%&'*+\-.^_`|~\w]+):[ \t]*(.*?)[ \t]*$/;
const bodiless: ReadonlySet<number> = new Set([204, 304]);

/**
 * Reads the answer to one request out of all bytes that have come since it was sent (RFC 9112); `undefined` while some are
 * missing. Whoever is not sure where an answer ends can't know whose answer comes next: what is odd is refused, not guessed.
 *
 * @param isAll whether the connection has ended, and with it an answer that does not say its length
 * @throws TransientError where it is no answer of HTTP/1.1, or a longer one than any that is expected
 */
export function readAnswer(bytes: Buffer, isAll = false): ReadAnswer | undefined {
  if (bytes.length > longestAnswer) throw new TransientError('answer-too-long', 'the answer is too long');
  for (let from = 0; ; ) {
    const headEnd = bytes.indexOf('\r\n\r\n', from);
    if (headEnd === -1) return undefined;
    const [first = '', ...lines] = bytes.toString('latin1', from, headEnd).split('\r\n');
    const [, minor, digits] = statusLine.exec(first) ?? malformed('its first line');
    const status = Number(digits);
    from = headEnd + 4;
    // What a server says in between (103 for instance) is no answer yet.
    if (status < 200) continue;
    const headers = headersIn(lines);
    const rest = bytes.subarray(from);
    const body = bodiless.has(status) ? { content: rest.subarray(0, 0), sizeBytes: 0 } : bodyIn(rest, headers, isAll);
    if (body === undefined) return undefined;
    return {
      answer: { status, headers, text: body.content.toString() },
      keepsConnection:
        minor === '1' && !/\bclose\b/i.test(headers.get('connection') ?? '') && body.sizeBytes === rest.length,
    };
  }
}

function headersIn(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name = '', value = ''] = headerLine.exec(line) ?? malformed('a header');
    const key = name.toLowerCase();
    const former = headers.get(key);
    headers.set(key, former === undefined ? value : `${former}, ${value}`);
  }
  return headers;
}

/** The content of a body, and how many bytes it takes: more of them where it comes in chunks. */
type Body = { content: Buffer; sizeBytes: number };

function bodyIn(bytes: Buffer, headers: ReadonlyMap<string, string>, isAll: boolean): Body | undefined {
  const [encoding, length] = [headers.get('transfer-encoding'), headers.get('content-length')];
  if (encoding !== undefined) {
    if (encoding.toLowerCase() !== 'chunked' || length !== undefined) malformed('how long it is');
    return chunksIn(bytes);
  }
  if (length === undefined) return isAll ? { content: bytes, sizeBytes: Number.POSITIVE_INFINITY } : undefined;
  if (!/^\d{1,15}$/.test(length)) malformed('how long it is');
  const sizeBytes = Number(length);
  return bytes.length < sizeBytes ? undefined : { content: bytes.subarray(0, sizeBytes), sizeBytes };
}

function chunksIn(bytes: Buffer): Body | undefined {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) return undefined;
    const [, digits = ''] =
      /^([\da-f]{1,8})[ \t]*(?:;.*)?$/i.exec(bytes.toString('latin1', at, lineEnd)) ?? malformed('a chunk');
    const size = Number.parseInt(digits, 16);
    const from = lineEnd + 2;
    if (size === 0) {
      const end = endOfTrailers(bytes, from);
      return end === undefined ? undefined : { content: Buffer.concat(chunks), sizeBytes: end };
    }
    at = from + size + 2;
    if (bytes.length < at) return undefined;
    if (bytes.toString('latin1', at - 2, at) !== '\r\n') malformed('a chunk');
    chunks.push(bytes.subarray(from, from + size));
  }
}

/** Headers may follow the last chunk, which nobody reads; an empty line ends them. */
function endOfTrailers(bytes: Buffer, from: number): number | undefined {
  if (bytes.toString('latin1', from, from + 2) === '\r\n') return from + 2;
  const end = bytes.indexOf('\r\n\r\n', from);
  return end === -1 ? undefined : end + 4;
}

function malformed(what: string): never {
  throw new TransientError('malformed-answer', `the answer is no HTTP/1.1: ${what}`);
}
