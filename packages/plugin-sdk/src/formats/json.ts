import type { z } from "zod";
import { Unreadable } from "../errors.ts";
import type { ProbeOutput } from "../evidence.ts";

/**
 * Parses JSON text of a tool; a cut and anything after the document make it unreadable. Bytes that are
 * no UTF-8 spoil the value they stand in, which holds U+FFFD then, and nothing else (rule G3).
 */
export function jsonDocument(output: ProbeOutput, text: string = output.stdout): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Unreadable(`it is not a whole JSON document: ${(error as Error).message}`, {
      noDocument: true,
      fault: "damaged",
    });
  }
}

/** Parses a document by a schema of the tool's shape; another shape is unreadable as a whole. */
export function shaped<S extends z.ZodType>(schema: S, document: unknown): z.output<S> {
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = jsonPointer(issue?.path ?? []);
  throw new Unreadable(`it has no known shape: ${path || "/"}: ${issue?.message ?? "invalid"}`, {
    path,
    fault: "unknown-shape",
  });
}

/** RFC 6901 pointer to a place in a document; empty for the whole. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
