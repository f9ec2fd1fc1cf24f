import { commandProbe, defineCheck } from "@slipway/plugin-sdk";
import { codes } from "./codes.ts";
import { Expectations, judge } from "./judge.ts";

const meminfo = commandProbe("Memory as the kernel sees it", {
  id: "__ID__",
  argv: ["cat", "/proc/meminfo"],
  timeoutMs: 10_000,
  usualSeconds: 0.1,
});

/** __TITLE__. */
export default defineCheck({
  id: "__ID__",
  version: "0.1.0",
  title: "__TITLE__",
  probes: [{ probe: meminfo, why: "the memory that is left for work" }],
  sections: { __SECTION__: Expectations },
  needs: ["__SECTION__.minMemoryGiB"],
  codes,
  judge,
});
