import { answer, type Answer, type Situation } from "@slipway/testkit";
import { describe, expect, it } from "vitest";
import check from "./index.ts";

const CMDLINE = "BOOT_IMAGE=/vmlinuz root=LABEL=root ro iommu.passthrough=1 console=ttyAMA0\n";
const POOL = "HostName\tAMS21XK09\nPhysicalHostName\tAMS21XK09N07\nVirtualMachineName\tvm-21\n";
const EXPECT = { virt: ["microsoft"], kernelArgs: ["iommu.passthrough=1"], physicalHost: "required" };
const SOUND: Situation = {
  probes: { virt: "microsoft\n", cmdline: CMDLINE, "hyperv-kvp": POOL },
  node: "gb300-r21-t08",
};

const judge = (probes: Situation["probes"], hypervisor: Record<string, unknown> = EXPECT): Answer =>
  answer(check, SOUND, { probes, expect: { hypervisor } });
const shown = ({ findings }: Answer) => findings.map((finding) => finding.observed);
const words = (...kernelArgs: readonly string[]) => ({ virt: ["microsoft"], kernelArgs });

const VIRT = "virt-unexpected fail platform node gb300-r21-t08";
const CONTAINER = "inside-container inconclusive tool node gb300-r21-t08";
const ARG = "kernel-arg-missing fail configuration node gb300-r21-t08";
const HOST = "physical-host-missing fail platform node gb300-r21-t08";
const UNUSABLE = "evidence-unusable inconclusive tool node gb300-r21-t08";
const ABSENT = "evidence-missing inconclusive tool node gb300-r21-t08";

describe("H1 kernel arguments are whole words", () => {
  it.each([
    ["quiet iommu.passthrough=1\n"],
    ["iommu.passthrough=1\n"],
    ["iommu.passthrough=1 quiet\n"],
    ["quiet\tiommu.passthrough=1  ro\n"],
    ['quiet "iommu.passthrough=1" ro\n'],
    ['dyndbg="file a +p" iommu.passthrough=1\n'],
    ["\niommu.passthrough=1\n\n"],
    ["iommu.passthrough=1 r\uFFFD\n"],
  ])("H1 finds the argument in %j", (stdout) => {
    expect(judge({ cmdline: { stdout } }).said).toEqual(["pass"]);
  });

  it.each([
    ["iommu.passthrough=10\n", "iommu.passthrough=10"],
    ["iommu.passthrough=0 iommu.passthrough\n", "iommu.passthrough=0 iommu.passthrough"],
    ["xiommu.passthrough=1\n", "absent"],
    ["noiommu.passthrough=1 iommu.passthroughs=1\n", "absent"],
    ["iommu.passthrough=1,nobypass\n", "iommu.passthrough=1,nobypass"],
    ["IOMMU.passthrough=1\n", "absent"],
    ['note="say iommu.passthrough=1 here"\n', "absent"],
    ['note="never closed iommu.passthrough=1\n', "absent"],
    ["quiet\n", "absent"],
  ])("H1 does not find it in %j", (stdout, observed) => {
    const judgement = judge({ cmdline: { stdout } });
    expect(judgement.said).toEqual(["fail", ARG]);
    expect(shown(judgement)).toEqual([observed]);
  });

  it("H1 compares a quoted value as the kernel reads it", () => {
    expect(judge({ cmdline: { stdout: 'dyndbg="file a +p" ro\n' } }, words('dyndbg="file a +p"')).verdict).toBe("pass");
    expect(judge({ cmdline: { stdout: 'dyndbg="file a +p" ro\n' } }, words(" ro ")).verdict).toBe("pass");
    expect(judge({ cmdline: { stdout: 'dyndbg="file a" +p ro\n' } }, words('dyndbg="file a +p"')).verdict).toBe("fail");
  });
});

describe("H2 the hypervisor", () => {
  it.each([
    ["microsoft\n", ["microsoft"]],
    ["kvm\n", ["microsoft", "kvm"]],
    ["Microsoft\n", ["microsoft"]],
    ["microsoft\n", ["Microsoft"]],
    ["  microsoft \n", ["microsoft"]],
    ["vm-other\n", ["vm-other"]],
    ["microsoft\n\n", ["microsoft"]],
  ])("H2 %j is one of %j", (stdout, virt) => {
    expect(judge({ virt: { stdout } }, { virt }).said).toEqual(["pass"]);
  });

  it("H2 none is judged like any other value, and exit 1 goes with it (G4)", () => {
    for (const exitCode of [0, 1]) {
      expect(judge({ virt: { stdout: "none\n", exitCode } }, { virt: ["none"] }).verdict).toBe("pass");
      expect(judge({ virt: { stdout: "None\n", exitCode } }, { virt: ["microsoft", "none"] }).verdict).toBe("pass");
      const other = judge({ virt: { stdout: "none\n", exitCode } }, { virt: ["microsoft"] });
      expect(other.said).toEqual(["fail", VIRT]);
      expect(shown(other)).toEqual(["none"]);
    }
    expect(judge({}, { virt: ["none"] }).said).toEqual(["fail", VIRT]);
  });

  it.each([
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
  ])("H2 %s is a container's word: inconclusive, unless it is listed", (word) => {
    for (const answered of [word, word.toUpperCase()]) {
      const inside = judge({ virt: `${answered}\n` }, { virt: ["microsoft", "none"] });
      expect(inside.said).toEqual(["inconclusive", CONTAINER]);
      expect(inside.findings[0]).toMatchObject({
        message: `systemd-detect-virt answers ${answered}: it was collected inside a container.`,
        expected: "microsoft, none",
        observed: answered,
        evidence: [{ probe: "virt", line: 1 }],
      });
      expect(judge({ virt: `${answered}\n` }, { virt: ["none", word] }).said).toEqual(["pass"]);
    }
  });

  it.each(["google", "amazon", "kvm", "lxd", "docker-desktop", "container", "zvm"])(
    "H2 %s is no container's word and fails where another is expected",
    (word) => {
      expect(judge({ virt: `${word}\n` }, { virt: ["none"] }).said).toEqual(["fail", VIRT]);
    },
  );

  it("H2 a container does not hide what else is wrong with the node (G1)", () => {
    expect(judge({ virt: "docker\n", cmdline: "quiet\n" }).said).toEqual(["fail", CONTAINER, ARG]);
  });

  it("H2 words are compared by ASCII case alone (G5)", () => {
    expect(judge({ virt: "docker\n" }, { virt: ["doc\u212Aer"] }).said).toEqual(["inconclusive", CONTAINER]);
  });

  it("H2 another value fails and shows both", () => {
    expect(judge({ virt: { stdout: "kvm\n" } }, { virt: ["microsoft", "none"] }).findings).toEqual([
      {
        code: "virt-unexpected",
        verdict: "fail",
        cause: "platform",
        scope: { kind: "node", id: "gb300-r21-t08" },
        message: "systemd-detect-virt answers kvm, where microsoft or none is expected.",
        expected: "microsoft, none",
        observed: "kvm",
        evidence: [{ probe: "virt", line: 1 }],
      },
    ]);
    expect(judge({ virt: { stdout: "\nkvm\n" } }).findings).toMatchObject([{ evidence: [{ probe: "virt", line: 2 }] }]);
  });

  it.each([
    ["exit 2", { stdout: "none\n", exitCode: 2 }],
    ["exit 1 with another answer", { stdout: "microsoft\n", exitCode: 1 }],
    ["exit 1 without an answer", { stdout: "", exitCode: 1, stderr: "Failed to check for virtualization\n" }],
    ["empty", { stdout: "\n" }],
    ["cut", { stdout: "microsoft" }],
    ["two lines", { stdout: "microsoft\nkvm\n" }],
    ["no word", { stdout: "command not found\n" }],
    ["another shape", { stdout: "{}\n" }],
    ["too long", { stdout: `${"m".repeat(65)}\n` }],
    ["damaged", { stdout: "micro\uFFFDsoft\n", stdoutDamaged: true }],
    ["timed out", { stdout: "microsoft\n", timedOut: true }],
    ["not started", { startError: "not-found" }],
  ])("H2 an answer that is %s is unusable (G3, G4)", (_, virt) => {
    const judgement = judge({ virt });
    expect(judgement.said).toEqual(["inconclusive", UNUSABLE]);
    expect(judgement.findings[0]?.evidence[0]?.probe).toBe("virt");
  });

  it("H2 says which line makes an answer unusable", () => {
    const reason = (stdout: string, exitCode = 0) =>
      judge({ virt: { stdout, exitCode } }).findings.map(({ message, evidence }) => [message, evidence]);
    expect(reason("microsoft\n\nkvm\n")).toEqual([
      ["The probe virt cannot be used: it holds more than one line (kvm).", [{ probe: "virt", line: 3 }]],
    ]);
    expect(reason("\ntwo words\n")).toEqual([
      ["The probe virt cannot be used: its answer is not one word (two words).", [{ probe: "virt", line: 2 }]],
    ]);
    expect(reason("kvm\n", 1)).toEqual([
      [
        "The probe virt cannot be used: it ended with exit code 1, which goes with none alone (kvm).",
        [{ probe: "virt", line: 1 }],
      ],
    ]);
  });
});

describe("H3 the physical host", () => {
  it.each([
    POOL,
    "PhysicalHostName\tA\n",
    "PhysicalHostName\t\nPhysicalHostName\tB\n",
    "\t\n\nPhysicalHostName\tA B\tC\n",
  ])("H3 a name is enough: %j", (stdout) => {
    expect(judge({ "hyperv-kvp": { stdout } }).said).toEqual(["pass"]);
  });

  it.each([
    ["HostName\tAMS21XK09\n", "absent", { probe: "hyperv-kvp" }],
    ["HostName\tx\nPhysicalHostName\t\nPhysicalHostName\t \n", "empty", { probe: "hyperv-kvp", line: 2 }],
    ["PhysicalHostNameFullyQualified\tx.example.net\n", "absent", { probe: "hyperv-kvp" }],
    ["physicalhostname\tx\n", "absent", { probe: "hyperv-kvp" }],
    ["HostName\tPhysicalHostName\tx\n", "absent", { probe: "hyperv-kvp" }],
  ])("H3 a readable pool without one fails: %j", (stdout, observed, pointer) => {
    const judgement = judge({ "hyperv-kvp": { stdout } });
    expect(judgement.said).toEqual(["fail", HOST]);
    expect(judgement.findings).toMatchObject([
      {
        message: `The Hyper-V host does not tell its name: PhysicalHostName is ${observed}.`,
        expected: "PhysicalHostName with a name",
        observed,
        evidence: [pointer],
      },
    ]);
    expect(judgement.findings[0]?.evidence).toEqual([pointer]);
  });

  it.each([
    ["not there", { startError: "not-found" }],
    ["not allowed", { startError: "permission" }],
    ["exit 1", { stdout: POOL, exitCode: 1 }],
    ["empty", { stdout: "" }],
    ["cut", { stdout: POOL.trimEnd() }],
    ["no records", { stdout: "bash: command not found\n" }],
    ["a line without a tab", { stdout: `${POOL}PhysicalHostName\n` }],
  ])("H3 a pool that cannot be read is inconclusive: %s", (_, pool) => {
    const judgement = judge({ "hyperv-kvp": pool });
    expect(judgement.said).toEqual(["inconclusive", UNUSABLE]);
  });

  it("H3 names the line without a tab", () => {
    expect(judge({ "hyperv-kvp": { stdout: `HostName\tx\nnonsense\n` } }).findings).toMatchObject([
      {
        message: "The probe hyperv-kvp cannot be used: a line is no `key<TAB>value` (nonsense).",
        evidence: [{ probe: "hyperv-kvp", line: 2 }],
      },
    ]);
  });

  it("H3 a damaged line spoils only a pool that shows no name", () => {
    const damaged = (stdout: string) => judge({ "hyperv-kvp": { stdout, stdoutDamaged: true } });
    expect(damaged(`VirtualMachineName\t\uFFFD\n${POOL}`).verdict).toBe("pass");
    expect(damaged("HostName\tx\nPhysicalHostName\t\uFFFDx\nOther\t\uFFFD\n").findings).toMatchObject([
      { code: "evidence-unusable", evidence: [{ probe: "hyperv-kvp", line: 2 }] },
    ]);
    expect(damaged("Physical\uFFFDHostName\tx\nPhysicalHostName\t\n").verdict).toBe("inconclusive");
    expect(damaged("HostName\tx\n").verdict).toBe("fail");
  });

  it("H3 a pool that is not required is not read (G11)", () => {
    for (const physicalHost of [null, undefined]) {
      expect(judge({ "hyperv-kvp": { startError: "not-found" } }, { ...EXPECT, physicalHost }).said).toEqual(["pass"]);
    }
  });
});

describe("H4 missing kernel arguments", () => {
  it("H4 names each one that is missing", () => {
    expect(judge({}, words("quiet", "iommu.passthrough=1", "memhp_default_state=online_movable")).findings).toEqual(
      ["quiet", "memhp_default_state=online_movable"].map((argument) => ({
        code: "kernel-arg-missing",
        verdict: "fail",
        cause: "configuration",
        scope: { kind: "node", id: "gb300-r21-t08" },
        message: `The kernel was started without ${argument}.`,
        expected: argument,
        observed: "absent",
        evidence: [{ probe: "cmdline", line: 1 }],
      })),
    );
  });

  it.each([
    ["not collected", undefined, ABSENT],
    ["exit 1", { stdout: CMDLINE, exitCode: 1 }, UNUSABLE],
    ["cut", { stdout: CMDLINE.trimEnd() }, UNUSABLE],
    ["empty", { stdout: "\n" }, UNUSABLE],
    ["two lines", { stdout: `${CMDLINE}${CMDLINE}` }, UNUSABLE],
    ["damaged in the argument", { stdout: CMDLINE.replace("pass", "\uFFFD") }, UNUSABLE],
  ])("H4 a command line that is %s is inconclusive", (_, cmdline, expected) => {
    const judgement = judge({ cmdline });
    expect(judgement.said).toEqual(["inconclusive", expected]);
  });

  it("H4 without arguments the command line is not read (G11)", () => {
    for (const kernelArgs of [[], null, undefined]) {
      expect(judge({ cmdline: { startError: "not-found" } }, { ...EXPECT, kernelArgs }).said).toEqual(["pass"]);
    }
  });
});

describe("G1 and G11", () => {
  it("G1 a fault of one part shows whatever the others lack", () => {
    const judgement = judge({
      virt: { startError: "not-found" },
      "hyperv-kvp": { stdout: "HostName\tx\n" },
      cmdline: { stdout: "ro\n" },
    });
    expect(judgement.said).toEqual(["fail", UNUSABLE, ARG, HOST]);
  });

  it("G11 without hypervisor.virt the rest is judged all the same", () => {
    const missing = "expectation-missing inconclusive configuration node gb300-r21-t08";
    expect(judge({}, { kernelArgs: ["quiet"] }).said).toEqual(["fail", missing, ARG]);
    expect(judge({}, { kernelArgs: ["ro"], physicalHost: "required" }).said).toEqual(["inconclusive", missing]);
    expect(answer(check, SOUND).said).toEqual(["inconclusive", missing]);
  });
});
