import { ConfigError, errorCode, errorMessage } from '#lib/errors.ts';

/**
 * What a reader reads; `undefined` while the secret has never been filled. One that is not there at all is another matter:
 * it may have been filled, and deleted.
 */
export const unlessEmpty = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await read();
  } catch (error) {
    if (errorCode(error) === 'ResourceNotFoundException' && errorMessage(error).includes('staging label')) {
      return undefined;
    }
    throw error;
  }
};

/** The content of a secret is not what was expected; what it is is never said. */
export const unexpectedContent = (secretId: string): ConfigError =>
  new ConfigError('secret', `The secret ${secretId} does not hold what is expected: fill it again`);
