import * as z from 'zod';
import { subscriptions } from './subscriptions.ts';

/** The content of the secret that holds the keys of callbacks; `authKeysIn` judges the same where a schema is too much. */
export const AuthKeySecret = z.partialRecord(
  z.enum(subscriptions.map(({ subscription }) => subscription)),
  z.array(z.string().min(1)),
);
