import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { packageStack, prepareService } from '#lib/packaging/package-stack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the packaged stack lies: a zip per function and the template. */
    packageDir: string;
  }
}

/** Packages the stack of a tenant once for all tests. */
export async function setup(project: TestProject): Promise<() => void> {
  const dir = mkdtempSync(join(tmpdir(), 'package-'));
  const [serviceDir, packageDir] = [join(dir, 'service'), join(dir, 'acme-prod')];
  await prepareService(serviceDir);
  await packageStack(serviceDir, packageDir, {
    stage: 'prod',
    parameters: { tenant: 'acme', ivmUserId: '109010000000000001' },
  });
  project.provide('packageDir', packageDir);
  return () => rmSync(dir, { recursive: true, force: true });
}
