import { join } from "node:path";
import { Precedence } from "@slipway/policy";
import { readYaml } from "./read-yaml.ts";

/** Reads `<folder>/precedence.yaml`. @throws SlipwayError of kind `config`, with file, line and field */
export const loadPrecedence = (folder: string): Precedence =>
  readYaml(join(folder, "precedence.yaml"), Precedence).value;
