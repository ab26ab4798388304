import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ivmOpenApi } from '#lib/ivm/operations/open-api.ts';
import { makeExampleCalls } from './example-calls.ts';

const path = process.argv[2] ?? 'dist/ivm-openapi.json';
const document = ivmOpenApi(await makeExampleCalls());
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, `${JSON.stringify(document, undefined, 2)}\n`);
process.stdout.write(`${path}\n`);
