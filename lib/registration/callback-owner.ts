import type * as z from 'zod';
import type { ReconcileCallbacksEnv } from '#lib/runtime/function-env.ts';

/** IVM keeps one URL per subscription and user, so only one stage may register its own. */
export const isCallbackOwner = ({
  CALLBACK_OWNER,
  STAGE,
}: Pick<z.output<typeof ReconcileCallbacksEnv>, 'CALLBACK_OWNER' | 'STAGE'>): boolean =>
  CALLBACK_OWNER === 'auto' ? STAGE === 'prod' : CALLBACK_OWNER === 'true';
