import { ConfigError } from '#lib/errors.ts';

/** @param problems every variable that is missing or wrong, never a value */
export const wrongSettings = (problems: readonly string[]): ConfigError =>
  new ConfigError('env', `Fix these variables in serverless.yml: ${problems.join('; ')}`);
