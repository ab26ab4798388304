import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ivmOpenApi } from '#lib/ivm/operations/open-api.ts';

const path = process.argv[2] ?? 'dist/ivm-openapi.json';
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, `${JSON.stringify(ivmOpenApi(), undefined, 2)}\n`);
process.stdout.write(`${path}\n`);
