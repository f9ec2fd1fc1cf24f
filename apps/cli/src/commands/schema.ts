import { jsonSchema, schemaIds } from "@slipway/domain";
import { documents, documentSchema } from "@slipway/queries";
import { fleetFileIds, fleetFileSchema } from "@slipway/policy";
import { SlipwayError } from "@slipway/plugin-sdk";
import type { Command } from "commander";

const ids = [...schemaIds, ...fleetFileIds, ...documents.keys()];

export function add(program: Command): void {
  program
    .command("schema")
    .description("print the JSON Schema of a document, or list the documents")
    .argument("[id]", "as this command without one lists them")
    .action((id: string | undefined) => {
      if (id === undefined) {
        process.stdout.write(`${ids.join("\n")}\n`);
        return;
      }
      const schema = jsonSchema(id) ?? fleetFileSchema(id) ?? documentSchema(id);
      if (schema === undefined)
        throw new SlipwayError("input", `schema ${id}: there is no such document`, {
          hint: "slipway schema lists them",
        });
      process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
    });
}
