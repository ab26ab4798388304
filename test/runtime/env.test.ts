import { describe, expect, it } from 'vitest';
import { readEnv } from '#lib/runtime/env.ts';
import { StorePicturesEnv } from '#lib/runtime/function-env.ts';

describe('readEnv', () => {
  it('names every missing and wrong variable at once, and no value', () => {
    const source = {
      STAGE: 'dev',
      TIME_ZONE: 'Mars/Olympus',
      LOG_LEVEL: 'info',
      IVM_ENDPOINT: 'secret-in-the-wrong-place',
    };
    expect(() => readEnv(StorePicturesEnv, source)).toThrow(
      expect.objectContaining({
        name: 'ConfigError',
        message: expect.toSatisfy(
          (message: string) =>
            ['TIME_ZONE', 'IVM_ENDPOINT', 'IVM_USER_ID', 'BUCKET', 'EVENTS_TABLE', 'PICTURE_RETRIES_QUEUE_URL'].every(
              (name) => message.includes(name),
            ) && !/secret|Mars/.test(message),
        ),
      }),
    );
  });
});
