import { jsonSchema, schemaIds } from "@slipway/domain";
import { fleetFileIds, fleetFileSchema } from "@slipway/policy";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Command } from "commander";

const ids = [...schemaIds, ...fleetFileIds];

export function add(program: Command): void {
  program
    .command("schema")
    .description("print the JSON Schema of a document, or list the documents")
    .argument("[id]", `one of ${ids.join(", ")}`)
    .action((id: string | undefined) => {
      if (id === undefined) {
        process.stdout.write(`${ids.join("\n")}\n`);
        return;
      }
      const schema = jsonSchema(id) ?? fleetFileSchema(id);
      if (schema === undefined)
        throw new SlipwayError("input", `schema ${id}: there is no such document`, {
          hint: `known: ${ids.join(", ")}`,
        });
      process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
    });
}
