/** Base of every failure this product raises on purpose; `code` is stable and ends in metrics and dead-letter attributes. */
export abstract class AppError extends Error {
  abstract readonly retryable: boolean;
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Trouble that passes: network, throttling, 5xx, a lost race. The same work will succeed later. */
export class TransientError extends AppError {
  static override readonly name: string = 'TransientError';
  override readonly retryable = true;
}

/** Trouble that stays: the same input fails the same way for ever. Such a record goes to its dead-letter queue at once. */
export class PermanentError extends AppError {
  static override readonly name: string = 'PermanentError';
  override readonly retryable = false;
}

/** A setting is wrong. Retryable, because an operator fixes it and no data may be dropped meanwhile. */
export class ConfigError extends AppError {
  static override readonly name: string = 'ConfigError';
  override readonly retryable = true;
}

/** Unknown errors are retried: a bug must end in the dead-letter queue, where a fix and a redrive save the message. */
export const isRetryable = (error: unknown): boolean => !(error instanceof AppError) || error.retryable;

/** The stable code of a failure, for metrics and dead-letter attributes. */
export const errorCode = (error: unknown): string => {
  if (error instanceof AppError) return error.code;
  return error instanceof Error ? error.name : 'unknown';
};

/** The text of a failure, whatever was thrown. */
export const errorMessage = (error: unknown): string => (error instanceof Error ? error.message : String(error));
