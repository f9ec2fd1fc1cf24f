import type { IbFacts } from "./ib.ts";

/** Seconds between the two readings. */
const APART = 30.01;

/** `ib-counters`: lines `<1|2> <uptime s> /sys/class/infiniband/<dev>/ports/<n>/<file>:<value>`. */
export function printIbCounters(ib: IbFacts, uptimeS: number): string {
  let text = "";
  for (const reading of [1, 2].slice(0, ib.readings)) {
    const uptime = (uptimeS + (reading === 1 ? 0 : APART)).toFixed(2);
    for (const port of ib.ports) {
      const base = `${String(reading)} ${uptime} /sys/class/infiniband/${port.device}/ports/${String(port.port)}`;
      const files = { counters: port.counters, hw_counters: port.hwCounters };
      for (const [folder, values] of Object.entries(files))
        for (const [name, value] of Object.entries(values))
          text += `${base}/${folder}/${name}:${reading === 1 ? value : (port.later[name] ?? value)}\n`;
    }
  }
  return text;
}
