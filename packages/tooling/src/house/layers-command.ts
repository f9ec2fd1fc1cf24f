import { repositoryRoot } from "../workspace.ts";
import { layerViolations } from "./layers.ts";

/** `layers`: one line per violation; exit code 1 when there is one. */
export function layers(options: { json?: boolean }): number {
  const violations = layerViolations(repositoryRoot);
  if (options.json === true) process.stdout.write(`${JSON.stringify({ schema: "slipway/layers@1", violations })}\n`);
  else {
    for (const { kind, where, message } of violations)
      process.stdout.write(`${kind.padEnd(10)}  ${where}  ${message}\n`);
    if (violations.length === 0) process.stdout.write("the layer law holds\n");
  }
  return violations.length === 0 ? 0 : 1;
}
