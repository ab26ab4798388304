/** The bucket, as far as exports need it. */
export type ExportObjects = {
  put(key: string, content: Uint8Array, options: { contentType: string }): Promise<void>;
  get(key: string): Promise<Buffer | undefined>;
  describe(key: string): Promise<{ sizeBytes: number } | undefined>;
  delete(key: string): Promise<void>;
  /** All keys under a prefix in their order. */
  keys(prefix: string): AsyncGenerator<string>;
};
