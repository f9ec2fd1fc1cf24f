// stands for the CLI: cold process
import { collect, sshTransport, readInventory } from "./index.ts";
import { probes } from "@slipway/plugin-sdk";
import { rmSync } from "node:fs";
const [cfg, hosts, out, rounds] = process.argv.slice(2);

const transport = await sshTransport({ configFile: cfg, connectTimeoutMs: 30000 });
const s = await collect(await readInventory(hosts), {
  out,
  transport,
  selection: { probes: Object.values(probes), named: ["boot-id"] },
  ...(rounds ? { rounds: Number(rounds), everyMs: 0 } : {}),
  onEvent: (e) => {
    if (e.event === "round-done") console.log("round", e.round, e.durationMs, e.complete);
  },
});
transport.close();
if (s.complete !== 64) console.log(JSON.stringify(s).slice(0, 600));
