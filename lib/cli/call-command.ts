import { createIvmAccess } from '#lib/aws/ivm-access.ts';
import { errorCode, errorMessage } from '#lib/errors.ts';
import type { Operation } from '#lib/ivm/operations/operation.ts';
import { createOperationClient, itemOutcomes, readPages } from '#lib/ivm/operations/operation-client.ts';
import { operationRequest } from '#lib/ivm/operations/operation-request.ts';
import { type OperationName, operations } from '#lib/ivm/operations/operations.ts';
import { createStatusLine, progressBar } from '#lib/local/progress.ts';
import { readParameters } from './call-input.ts';
import { describeAll, describeOperation, describeReply } from './call-texts.ts';
import { findTarget, readOptions, takeNames, targetUsage, usageError } from './target.ts';
import { ask, type Terminal } from './terminal.ts';

const usage = `Usage: ivm-bridge call <operation> --tenant NAME [--param name=value …] [options]

Calls an interface of IVM with the token of the stack, and shows what it answers. The request is checked before it leaves.
ivm-bridge call <operation> --help shows what it takes; call --list shows all of them.

  --param NAME=VALUE   a parameter; a list with commas, objects as JSON
  --all                read a listing to its end
  --dry-run            show the request and send nothing
  --yes                do not ask
  --list               show all operations
${targetUsage}`;

const callOptions = {
  param: { type: 'string', multiple: true },
  all: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean' },
  list: { type: 'boolean' },
} as const;

/** What stands where a dry run has no stack, and so no user. */
const someUser = '{user_id}';

/** `ivm-bridge call`. */
export async function runCall(terminal: Terminal): Promise<number> {
  const { names, argv } = takeNames(terminal.argv, callOptions);
  const [name = '', ...others] = names;
  if (others.length > 0) throw usageError('Name one operation');
  const known = Object.hasOwn(operations, name) ? (name as OperationName) : undefined;
  const help = known === undefined ? usage : describeOperation(known, operations[known]);
  const values = readOptions({ ...terminal, argv }, help, callOptions);
  if (values === undefined) return 0;
  if (values.list === true) {
    terminal.stdout.write(`${describeAll()}\n`);
    return 0;
  }
  if (known === undefined) throw usageError(`There is no operation ${name === '' ? 'named' : name}: see call --list`);
  const operation: Operation = operations[known];
  if (values.all === true && operation.paging === undefined) throw usageError(`${known} has no pages: leave out --all`);
  const input = readParameters(operation, values.param ?? []);
  const isJson = values.json === true;
  const show = (value: unknown) =>
    terminal.stdout.write(isJson ? `${JSON.stringify(value)}\n` : `${describeReply(value)}\n`);

  const { method, path, query, body } = checkedRequest(known, operation, input);
  if (values['dry-run'] === true) {
    const request = {
      method,
      path: decodeURIComponent(path),
      query,
      body: body === undefined ? undefined : veiled(body),
    };
    terminal.stdout.write(`${JSON.stringify(request, undefined, isJson ? undefined : 2)}\n`);
    return 0;
  }
  if (operation.effect === 'destroy' && values.yes !== true) {
    if (terminal.stdin.isTTY !== true) throw usageError('There is nobody to ask: look with --dry-run, then say --yes');
    const answer = await ask(terminal, `${operation.summary} Type yes: `, { isSecret: false });
    if (answer !== 'yes') {
      terminal.stderr.write('Nothing was sent\n');
      return 1;
    }
  }
  const { env } = await findTarget(values, terminal.environment);
  const { http, calls } = createIvmAccess(env);
  try {
    const client = createOperationClient({ http, calls }, env.IVM_USER_ID);
    if (values.all === true) {
      const entries: unknown[] = [];
      const status = createStatusLine(terminal.stderr, () => new Date());
      for await (const page of readPages(client, known, input)) {
        entries.push(...page.entries);
        status.show(progressOf(entries.length, page.total));
      }
      status.clear();
      terminal.stderr.write(`${entries.length} read\n`);
      show({ [operation.paging?.entries ?? 'entries']: entries });
      return 0;
    }
    const reply = await (client[known] as (input: unknown) => Promise<unknown>)(input);
    show(reply);
    const failed = itemOutcomes(known, reply).filter(({ outcome }) => !outcome.isDone).length;
    if (failed > 0) terminal.stderr.write(`${failed} of them failed\n`);
    return failed > 0 ? 1 : 0;
  } finally {
    await http.close();
  }
}

const progressOf = (seen: number, total: number | undefined): string =>
  total === undefined ? `${seen} read` : `${progressBar(seen, total)}  ${seen} of ${total} read`;

/** @throws ConfigError `usage` for what IVM would not take */
function checkedRequest(name: OperationName, operation: Operation, input: { [name: string]: unknown }) {
  try {
    return operationRequest(name, operation, someUser, input);
  } catch (error) {
    throw errorCode(error) === 'bad-input' ? usageError(errorMessage(error)) : error;
  }
}

const secretName = /password|security_key|auth_key|verification_code|^sk$/;

/** A request as it may stand on a screen. */
function veiled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(veiled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      secretName.test(name) ? '…' : veiled(member),
    ]),
  );
}
