import { z } from "zod";
import type { Path } from "./problem";

/** Finds what the schema takes at a place of the file. */

/** The keys that the schema's mapping at a path takes. */
export function keysAt(schema: z.ZodType, path: Path): string[] {
  return schemasAt(schema, path).flatMap((branch) =>
    branch instanceof z.ZodObject ? Object.keys(branch.shape) : [],
  );
}

/** What the schema allows at a path: one branch, or those of a union. */
export function schemasAt(schema: z.ZodType, path: Path): z.ZodType[] {
  let shapes: z.ZodType[] = [schema];
  for (const step of path) {
    shapes = shapes.flatMap(branches).flatMap((branch) => {
      if (branch instanceof z.ZodObject) {
        const next: unknown = branch.shape[String(step)];
        return next instanceof z.ZodType ? [next] : [];
      }
      const inner: unknown =
        branch instanceof z.ZodArray
          ? branch.element
          : branch instanceof z.ZodRecord
            ? branch.valueType
            : undefined;
      return inner instanceof z.ZodType ? [inner] : [];
    });
  }
  return shapes.flatMap(branches);
}

/** A schema without what may wrap it; a union is all of its options. */
function branches(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    const inner: unknown = schema.unwrap();
    return inner instanceof z.ZodType ? branches(inner) : [];
  }
  if (schema instanceof z.ZodUnion) {
    return schema.options.flatMap((option) => (option instanceof z.ZodType ? branches(option) : []));
  }
  return [schema];
}
