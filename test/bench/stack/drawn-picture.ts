import { randomBytes } from 'node:crypto';

/** As large as those that the simulated IVM draws. */
export const drawnPicture = randomBytes(6_000);
