import {
  asciiLower,
  atLine,
  isSpoiled,
  isWord,
  nodeScope,
  unusable,
  unusableFinding,
  type Evidence,
  type Expected,
  type FindingOf,
  type HypervisorExpectations,
} from "@slipway/plugin-sdk";
import { finding, type Code } from "./codes.ts";
import { cmdlineFormat, HOST_KEY, kernelWord, kvpFormat, virtFormat } from "./parse.ts";

type Found = FindingOf<Code>;

/** Rules H1-H4. Each part is judged by itself, so that a fault of one shows whatever the others lack (G1). */
export function judge(
  evidence: Evidence,
  { hypervisor = {} }: Expected<{ hypervisor: typeof HypervisorExpectations }>,
): Found[] {
  const { virt, kernelArgs = [], physicalHost } = hypervisor;
  return [
    ...(virt === undefined ? [] : judgeVirt(evidence, virt)),
    ...(kernelArgs.length === 0 ? [] : judgeKernelArgs(evidence, kernelArgs)),
    ...(physicalHost === undefined ? [] : judgePhysicalHost(evidence)),
  ];
}

/** What `systemd-detect-virt` answers inside a container. */
const CONTAINERS: ReadonlySet<string> = new Set([
  "docker",
  "podman",
  "lxc",
  "lxc-libvirt",
  "systemd-nspawn",
  "rkt",
  "wsl",
  "proot",
  "pouch",
  "openvz",
  "container-other",
]);

/** Rule H2. */
function judgeVirt(evidence: Evidence, expected: readonly string[]): Found[] {
  const scope = nodeScope(evidence);
  const virt = evidence.read("virt", virtFormat);
  if (!virt.usable) return [unusableFinding(virt, scope)];
  const { answer, line } = virt.value;
  if (expected.some((name) => isWord(answer, name))) return [];
  const compared = { scope, expected: expected.join(", "), observed: answer, evidence: [atLine(virt.output, line)] };
  if (CONTAINERS.has(asciiLower(answer)))
    return [
      finding("inside-container", {
        ...compared,
        message: `systemd-detect-virt answers ${answer}: it was collected inside a container.`,
      }),
    ];
  return [
    finding("virt-unexpected", {
      ...compared,
      message: `systemd-detect-virt answers ${answer}, where ${expected.join(" or ")} is expected.`,
    }),
  ];
}

/** Rules H1 and H4. */
function judgeKernelArgs(evidence: Evidence, expected: readonly string[]): Found[] {
  const scope = nodeScope(evidence);
  const cmdline = evidence.read("cmdline", cmdlineFormat);
  if (!cmdline.usable) return [unusableFinding(cmdline, scope)];
  const { words, line } = cmdline.value;
  const missing = expected.filter((argument) => !words.has(kernelWord(argument)));
  // A word that cannot be read may be the one that is missed (G3).
  if (missing.length > 0 && [...words].some(isSpoiled))
    return [unusable("cmdline", "a word of it holds bytes that are no UTF-8", scope, [atLine(cmdline.output, line)])];
  return missing.map((argument) =>
    finding("kernel-arg-missing", {
      scope,
      message: `The kernel was started without ${argument}.`,
      expected: argument,
      observed: sameName(argument, words),
      evidence: [atLine(cmdline.output, line)],
    }),
  );
}

/** What the command line holds under the same name, such as `iommu.passthrough=0`. */
function sameName(argument: string, words: ReadonlySet<string>): string {
  const [name = ""] = kernelWord(argument).split("=", 1);
  return [...words].filter((word) => word === name || word.startsWith(`${name}=`)).join(" ") || "absent";
}

/** Rule H3. */
function judgePhysicalHost(evidence: Evidence): Found[] {
  const scope = nodeScope(evidence);
  const pool = evidence.read("hyperv-kvp", kvpFormat);
  if (!pool.usable) return [unusableFinding(pool, scope)];
  const { name, line } = pool.value;
  if (name !== "") return [];
  const observed = line === undefined ? "absent" : "empty";
  const pointer = line === undefined ? { probe: pool.output.probe } : atLine(pool.output, line);
  return [
    finding("physical-host-missing", {
      scope,
      message: `The Hyper-V host does not tell its name: ${HOST_KEY} is ${observed}.`,
      expected: `${HOST_KEY} with a name`,
      observed,
      evidence: [pointer],
    }),
  ];
}
