import { runSeed } from "/work/main/packages/simulation/src/seed.ts";
process.on("unhandledRejection", (e) => { console.log("UNHANDLED", e); });
const [a, b] = process.argv.slice(2).map(Number);
for (let s = a; s <= b; s++) { const r = await runSeed(s, { postgres: process.env.PG === "1" }); console.log(s, Math.round(r.ms), JSON.stringify({m: r.machines, p: r.passes, r: r.releases, b: r.bans}), Object.values(r.struck).join(" "), r.violations.length ? "\n  " + r.violations.join("\n  ") : ""); }
