import type { Tenant } from '../dashboard/tenant.ts';

/** A command as an operator of this stack has to give it. */
export function operatorCommand({ stack, stage }: Pick<Tenant, 'stack' | 'stage'>, command: string): string {
  const [name = '', ...more] = command.split(' ');
  const tenant = /^ivm-bridge-(.+)-/.exec(stack.slice(0, stack.length - stage.length))?.[1];
  const target =
    stage === 'local' ? '--local' : `--tenant ${tenant ?? 'NAME'}${stage === 'prod' ? '' : ` --stage ${stage}`}`;
  return ['npx ivm-bridge', name, ...more, target].join(' ');
}
