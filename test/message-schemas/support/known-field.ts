import * as z from 'zod';

/** What a schema says about a path such as `data.data.targets[].obj_pos.x`; `undefined` where it does not know it. */
export function knownField(schema: z.ZodType, path: string): z.core.GlobalMeta | undefined {
  let current: z.core.$ZodType = schema;
  for (const name of path.split('.').slice(1)) {
    const member = memberOf(unwrapped(current), name.replace('[]', ''));
    if (member === undefined) return undefined;
    const list = unwrapped(member);
    current = name.endsWith('[]') && list instanceof z.ZodArray ? list.element : member;
  }
  return z.globalRegistry.get(current);
}

function memberOf(schema: z.core.$ZodType, name: string): z.core.$ZodType | undefined {
  const shape: Record<string, z.core.$ZodType> = schema instanceof z.ZodObject ? schema.shape : {};
  return shape[name];
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  let current = schema;
  while (current instanceof z.ZodOptional || current instanceof z.ZodNullable) current = current.unwrap();
  return current;
}
