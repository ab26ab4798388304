import { describe, expect, it } from 'vitest';
import { readParameters } from '#lib/cli/call-input.ts';
import { errorMessage } from '#lib/errors.ts';
import { operationRequest } from '#lib/ivm/operations/operation-request.ts';
import { documented, type Endpoint, operationOf } from './catalogue.ts';

/** Members of examples that break the tables beside them. */
const contradictions: { readonly [section: string]: readonly string[] } = {
  // A parameter that the table lacks.
  '9.7': ['stream_type'],
  // A channel of a HoloSens device, of an interface for GB/T 28181.
  '9.8': ['channel_id'],
  // Shorter than ids are.
  '10.4.1': ['device_id'],
  // Numbers, where the table says text.
  '11.9': ['channels.0.stream_type', 'channels.1.stream_type'],
  '15.5': ['preset_index'],
  // Zeros of what is switched off, and of enumerations that begin with 1 in the table; a definition, which is told alone.
  '17.3': [0, 1].flatMap((stream) =>
    ['.intelligence_encoding_level', '.i_frame_interval', '.jpeg_quality', '.bit_rate_mode', '.pic_quality', ''].map(
      (member) => `stream_info.${stream}${member}`,
    ),
  ),
};

type Members = { readonly [name: string]: unknown };
type Example = {
  method: string | undefined;
  path: string;
  query: readonly (readonly [string, string])[];
  body: Members;
};

/** An example as it is printed: in places without its method or the blank after it, and with its address in several lines. */
function readExample(text: string): Example {
  const [, method, path = '', query = '', body = '{}'] =
    /^(GET|POST|PUT|DELETE)?\s*(\/[^\s?]+)(?:\?([^{]*?))?\s*(\{[\s\S]*)?$/.exec(text.trim()) ?? [];
  const pairs = [...query.matchAll(/([^&=]+)=([^&]*)/g)].map(
    ([, name = '', value = '']) => [name.trim(), value.trim().replaceAll('\n', ' ')] as const,
  );
  // A placeholder that was left in an example.
  return { method, path: path.replace('{user_id}', '1090'), query: pairs, body: JSON.parse(body) as Members };
}

/** With digits in place of what is masked. */
const unmasked = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value).replaceAll('*', '0')) as Value;

/** What a client is called with to send an example. */
function asInput(endpoint: Endpoint, { path, query, body }: Example): { userId: string; input: Members } {
  const operation = operationOf(endpoint);
  const pattern = new RegExp(`^${operation.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
  const { user_id: userId = '', ...parameters } = pattern.exec(path)?.groups ?? {};
  const ownName = new Map(Object.entries(operation.alsoSentAs).map(([name, other]) => [other, name]));
  const known = { ...operation.parameters.shape, ...operation.query.shape };
  const given = [...Object.entries(parameters), ...query.map(([name, value]) => [ownName.get(name) ?? name, value])];
  const texts = given.filter(([name = '']) => Object.hasOwn(known, name)).map(([name, value]) => `${name}=${value}`);
  const read = readParameters({ ...operation, body: operation.body.partial() }, texts);
  return { userId, input: { ...(Object.fromEntries(given) as Members), ...read, ...body } };
}

/** Members that the client would not send, by their paths. */
function problemsOf(endpoint: Endpoint, input: Members): string[] {
  try {
    operationRequest(endpoint.name, operationOf(endpoint), '1090', input);
    return [];
  } catch (error) {
    const [, problems = ''] = errorMessage(error).split("can't be called like that: ");
    return problems.split('; ').map((problem) => problem.split(': ')[0] ?? '');
  }
}

const memberAt = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((at, step) => (at as Members | undefined)?.[step], value);

const examples = documented.flatMap((endpoint) =>
  endpoint.request_examples.flatMap((text, index) =>
    endpoint.examples_valid_json.request[index] === false
      ? []
      : [[`${endpoint.section} ${index + 1}`, endpoint, readExample(text)] as const],
  ),
);

describe('an example request of the reference', () => {
  it('is there for all interfaces but six, whose examples are no JSON', () => {
    const sections = new Set(examples.map(([, { section }]) => section));
    const missing = documented.filter(({ section }) => !sections.has(section)).map(({ section }) => section);
    expect(missing).toEqual(['9.11', '11.2', '11.4', '11.5', '14.12', '15.10']);
  });

  it.each(examples)('%s is what the client sends, but for what its own table contradicts', (_, endpoint, example) => {
    const { userId, input } = asInput(endpoint, unmasked(example));
    const { input: printed } = asInput(endpoint, example);
    const problems = problemsOf(endpoint, input);
    // What is masked can't be told any more.
    const own = problems.filter((path) => !String(memberAt(printed, path)).includes('*'));
    expect(own).toEqual(contradictions[endpoint.section] ?? []);
    if (problems.length > 0) return;
    const request = operationRequest(endpoint.name, operationOf(endpoint), userId, input);
    const { method = endpoint.method, path, query, body } = unmasked(example);
    expect(request).toMatchObject({ method, path, query: Object.fromEntries(query) });
    expect(request.body ?? {}).toEqual(body);
  });
});
