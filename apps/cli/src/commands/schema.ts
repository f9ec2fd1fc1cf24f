import { jsonSchema, schemaIds } from "@slipway/domain";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Command } from "commander";

export function add(program: Command): void {
  program
    .command("schema")
    .description("print the JSON Schema of a document, or list the documents")
    .argument("[id]", `one of ${schemaIds.join(", ")}`)
    .action((id: string | undefined) => {
      if (id === undefined) {
        process.stdout.write(`${schemaIds.join("\n")}\n`);
        return;
      }
      const schema = jsonSchema(id);
      if (schema === undefined) throw new SlipwayError("input", `schema ${id}: there is no such document`, { hint: `known: ${schemaIds.join(", ")}` });
      process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
    });
}
