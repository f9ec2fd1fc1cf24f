export * from "./collect.ts";
export * from "./events.ts";
export { folderName } from "./folder-name.ts";
export { parseHost, parseInventory, readInventory } from "./inventory.ts";
export { localTransport } from "./local.ts";
export { plan, type Plan, type Selection } from "./plan.ts";
export { quote } from "./program.ts";
export { sshTransport, type SshOptions } from "./ssh/transport.ts";
export { writeBundle, type CollectedManifest, type ProbeOutputs } from "./write-bundle.ts";
