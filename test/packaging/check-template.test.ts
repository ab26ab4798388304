import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  createInMoto,
  type Exception,
  type Finding,
  installCommand,
  lint,
  minimalExceptions,
  openFindings,
  pinnedTools,
  readFindings,
  templateIn,
  toolVersions,
} from '#lib/packaging/check-template.ts';

const written = (path: readonly (string | number)[] | null) => ({
  Filename: 'template.json',
  Id: '0',
  Level: 'Warning',
  Location: { Start: { LineNumber: 1, ColumnNumber: 1 }, End: { LineNumber: 1, ColumnNumber: 2 }, Path: path },
  Message: 'Obsolete DependsOn',
  Rule: { Id: 'W3005', Description: '', ShortDescription: '', Source: '' },
});

describe('readFindings', () => {
  it.each([
    [[], []],
    [
      [written(['Resources', 'Stage', 'DependsOn', 1])],
      [{ rule: 'W3005', path: 'Resources/Stage/DependsOn/1', message: 'Obsolete DependsOn' }],
    ],
    [[written(null)], [{ rule: 'W3005', path: '', message: 'Obsolete DependsOn' }]],
  ])('reads what cfn-lint writes, case %#', (output, findings) => {
    expect(readFindings(JSON.stringify(output))).toEqual(findings);
  });
});

describe('openFindings', () => {
  const finding = (rule: string, path: string): Finding => ({ rule, path, message: 'is wrong' });
  const exception: Exception = { rule: 'W1', path: /^Resources\/A\/DependsOn$/, why: 'the packager writes it' };
  const unneeded = 'W1 has an exception that nothing needs any more: ^Resources\\/A\\/DependsOn$';

  it.each<[string, Finding[], Exception[], string[]]>([
    ['nothing of nothing', [], [], []],
    ['nothing of what is excepted', [finding('W1', 'Resources/A/DependsOn')], [exception], []],
    ['what has no exception', [finding('E2', 'Resources/A')], [], ['E2 Resources/A: is wrong']],
    [
      'what another rule finds at an excepted place',
      [finding('W1', 'Resources/A/DependsOn'), finding('E2', 'Resources/A/DependsOn')],
      [exception],
      ['E2 Resources/A/DependsOn: is wrong'],
    ],
    [
      'what an excepted rule finds at another place',
      [finding('W1', 'Resources/A/DependsOn'), finding('W1', 'Resources/B/DependsOn')],
      [exception],
      ['W1 Resources/B/DependsOn: is wrong'],
    ],
    ['an exception that nothing needs', [], [exception], [unneeded]],
  ])('tells %s', (_case, findings, exceptions, open) => {
    expect(openFindings(findings, exceptions)).toEqual(open);
  });
});

describe('the tools', () => {
  it('are those that CI installs', () => {
    expect(readFileSync(new URL('../../.ci/run', import.meta.url), 'utf8')).toContain(
      installCommand.replace(/^pip install /, ''),
    );
  });

  let dir = '';
  let versions: object = {};
  // Others may find other things: that is for `npm run check:template` to tell, and no failure of a test.
  const lacksTools = () => !isDeepStrictEqual(versions, pinnedTools);

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'tools-'));
    versions = await toolVersions();
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it('find a misspelt property in the packaged template, and nothing else that has no exception', async ({ skip }) => {
    skip(lacksTools(), `needs Python 3, and: ${installCommand}`);
    const template = readFileSync(templateIn(inject('packageDir')), 'utf8');
    const misspelt = join(dir, 'misspelt.json');
    writeFileSync(misspelt, template.replace('"VisibilityTimeout"', '"VisibilityTimeuot"'));
    expect(openFindings(await lint(misspelt, ['ap-southeast-1']), minimalExceptions)).toEqual([
      expect.stringMatching(/^E3002 Resources\/\w+Queue\/Properties\/VisibilityTimeuot: Additional properties/),
    ]);
  });

  it('create the packaged stack in moto, and refuse another one with the same names', async ({ skip }) => {
    skip(lacksTools(), `needs Python 3, and: ${installCommand}`);
    const [first, twin] = [join(dir, 'first'), join(dir, 'twin')];
    for (const path of [first, twin]) symlinkSync(inject('packageDir'), path);
    expect(await createInMoto([first, twin])).toEqual({
      failed: true,
      stdout: expect.stringMatching(
        /^first: moto created \d+ of \d+ resources; conditions exclude FirstUser, AlarmSubscription, .*\n$/,
      ),
      stderr: expect.stringMatching(/^twin: .*already exists/s),
    });
  });
});
