import type { Tenant } from '../dashboard/tenant.ts';

/** A command as an operator of this stack has to give it; the stack of this machine is that of the tenant `local`. */
export function operatorCommand({ stack, stage }: Pick<Tenant, 'stack' | 'stage'>, command: string): string {
  const tenant = /^ivm-bridge-(.+)$/.exec(stack.slice(0, -stage.length - 1))?.[1] ?? 'NAME';
  const target = tenant === 'local' ? '--local' : `--tenant ${tenant}${stage === 'prod' ? '' : ` --stage ${stage}`}`;
  return `npx ivm-bridge ${command} ${target}`;
}
