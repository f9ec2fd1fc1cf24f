import { collect, localTransport } from "./index.ts";
import { probes } from "@slipway/plugin-sdk";
const s = await collect([{name:"me"}], {out:"/tmp/rt/out", transport: localTransport(), selection:{probes:Object.values(probes)}, onEvent:e=>console.log(JSON.stringify(e))});
console.log(s);
