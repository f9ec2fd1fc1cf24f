import { Command } from "commander";
import { SlipwayError } from "@slipway/plugin-sdk";
import { add } from "./commands/nodes.ts";
const p = new Command("slipway"); add(p);
try { await p.parseAsync(); } catch (e) { if (SlipwayError.is(e)) { console.error("slipway:", e.message, "\n ", e.hint); process.exitCode = 3; } else throw e; }
