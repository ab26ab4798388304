import * as z from 'zod';

/** A link to an object of the bucket, good until it ends: whoever has it needs no right of their own. */
export const ObjectLink = z.strictObject({ url: z.string(), expires_at: z.iso.datetime() });
export type ObjectLink = z.infer<typeof ObjectLink>;

/**
 * Makes links to objects; none is asked whether it is there.
 *
 * @param fileName what a browser is to save the object as; without one it shows it
 */
export type LinkSigner = (key: string, fileName?: string) => Promise<ObjectLink>;
