import { readFileSync } from "node:fs";
import { SlipwayError } from "@slipway/plugin-sdk";
import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";

/** A file as its schema reads it. */
export interface ReadFile<T> {
  readonly value: T;
  readonly text: string;
}

/**
 * Reads a YAML file of the fleet.
 *
 * @throws SlipwayError of kind `config` naming file, line, column and field
 */
export function readYaml<T extends z.ZodType>(path: string, schema: T): ReadFile<z.output<T>> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new SlipwayError(
      "config",
      `${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`,
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${String(line)}:${String(col)}`;
  };
  const [broken] = document.errors;
  if (broken !== undefined) throw new SlipwayError("config", `${at(broken.pos[0])}: ${broken.message}`);
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = (issue?.path ?? []).map(String);
    const node = document.getIn(issue?.path ?? [], true) as { range?: [number, number, number] } | undefined;
    throw new SlipwayError(
      "config",
      `${at(node?.range?.[0] ?? 0)}: ${field.length === 0 ? "" : `${field.join(".")}: `}${issue?.message ?? "is not valid"}`,
    );
  }
  return { value: parsed.data, text };
}
