import { runCheck, type CheckJudgement } from "@slipway/plugin-sdk";
import { evidenceOf, type ProbeSketch } from "@slipway/testkit";
import check from "../src/index.ts";

export const rail = { device: "mlx5_[0-1]", port: 1, rateGbps: 800, label: "XDR", width: 4, linkLayer: "InfiniBand" };

export interface PortText {
  rate?: string;
  state?: string;
  phys?: string;
  layer?: string;
  pkeys?: readonly string[];
}

export function port(
  device: string,
  {
    rate = "800 Gb/sec (4X XDR)",
    state = "4: ACTIVE",
    phys = "5: LinkUp",
    layer = "InfiniBand",
    pkeys = ["0x8001"],
  }: PortText = {},
  number = 1,
): string {
  const path = `/sys/class/infiniband/${device}/ports/${String(number)}/`;
  return [
    `rate:${rate}`,
    `state:${state}`,
    `phys_state:${phys}`,
    `link_layer:${layer}`,
    ...pkeys.map((key, index) => `pkeys/${String(index)}:${key}`),
  ]
    .map((line) => `${path}${line}\n`)
    .join("");
}

export function judge(
  sysfs: string | ProbeSketch,
  ib: object = { rails: [rail], pkey: "0x8001" },
  others: Record<string, ProbeSketch> = {},
): CheckJudgement {
  const sketch = typeof sysfs === "string" ? { stdout: sysfs } : sysfs;
  return runCheck(check, evidenceOf({ probes: { "ib-sysfs": sketch, ...others } }), { ib });
}

/** Verdict, then each finding as `code scope`. */
export function answer({ verdict, findings }: CheckJudgement): string[] {
  return [verdict, ...findings.map(({ code, scope }) => `${code} ${scope.kind} ${scope.id}`)];
}

export const two = port("mlx5_0") + port("mlx5_1");
export const second = (text: PortText): string => port("mlx5_0") + port("mlx5_1", text);
