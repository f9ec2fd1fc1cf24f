import { fails, faultsOf, gpuScope, inconclusive, passes, type FaultTable } from "./fault.ts";
import { HARDWARE_ONLY, log, logXid, OR_PLATFORM, SWITCHED } from "./faults-xid.ts";
import type { LogForm } from "./kernel-log.ts";
import type { Machine } from "./machine.ts";
import type { Prng } from "./prng.ts";

const OTHER_FORMS: readonly LogForm[] = ["rfc5424", "talos", "dmesg-german"];
const OFF = "pid=0, name=, GPU has fallen off the bus.";

/** Exports the log in another form than the journal's own. */
function anotherForm(machine: Machine, rng: Prng): void {
  machine.kernelLog.form = rng.pick(OTHER_FORMS);
}

/** Recovery actions of one GPU, one line after the other. */
function recovery(machine: Machine, rng: Prng, actions: readonly string[]): string {
  const { pci } = rng.pick(machine.identity.gpus);
  let before = "0x0 (None)";
  for (const action of actions) {
    log(machine, rng, `NVRM: Xid (PCI:${pci}): 154, GPU recovery action changed from ${before} to ${action}`);
    before = action;
  }
  return pci;
}

/** An Xid 45 that names an earlier Xid of a GPU. */
function cleanup(machine: Machine, rng: Prng, pci: string, earlier: number): void {
  const process = `pid=${String(rng.between(4000, 900_000))}, name=python3`;
  log(machine, rng, `NVRM: Xid (PCI:${pci}): 45, ${process}, Ch 00000014 caused by previous Xid ${String(earlier)}`);
}

/** Y1, Y2, Y5, Y6: what several lines, their prefix or their quotation marks say. */
export const XID_LINE_FAULTS: FaultTable = faultsOf("xid", {
  "xid-behind-another-prefix": {
    describe: "Xid 79 in a log that was exported as RFC 5424, by Talos, or by dmesg -T in German.",
    strike: (machine, rng) => {
      anotherForm(machine, rng);
      return fails("Y5", OR_PLATFORM, [gpuScope(logXid(machine, rng, 79, OFF))]);
    },
  },
  "xid-log-in-another-form": {
    describe: "A clean log that was exported as RFC 5424, by Talos, or by dmesg -T in German.",
    strike: (machine, rng) => {
      anotherForm(machine, rng);
      return passes("Y5");
    },
  },
  "xid-old-driver": {
    describe: "Xid 48 as old drivers print it, without `PCI:`.",
    strike: (machine, rng) => {
      const { pci } = rng.pick(machine.identity.gpus);
      log(machine, rng, `NVRM: Xid (${pci}): 48, An uncorrectable double bit error (DBE) has been detected on GPU`);
      return fails("Y5", HARDWARE_ONLY, [gpuScope(pci)]);
    },
  },
  "xid-quoted": {
    describe: "A message quotes an Xid 79 in quotation marks.",
    strike: (machine, rng) => {
      const { pci } = rng.pick(machine.identity.gpus);
      log(machine, rng, `gpu-agent[812]: saw "NVRM: Xid (PCI:${pci}): 79, ${OFF}"`);
      return inconclusive("Y5");
    },
  },
  "xid-by-another-program": {
    describe: "A program prints an Xid 79 under its own tag.",
    strike: (machine, rng) => {
      const { pci } = rng.pick(machine.identity.gpus);
      log(machine, rng, `NVRM: Xid (PCI:${pci}): 79, ${OFF}`, "gpu-agent[812]");
      return inconclusive("Y5");
    },
  },
  "xid-pattern-quoted": {
    describe: "A message quotes the pattern of an Xid, which is none.",
    strike: (machine, rng) => {
      log(machine, rng, 'gpu-agent[812]: loaded rule "NVRM: Xid (PCI:<address>): <code>"');
      return passes("Y5");
    },
  },
  "xid-45-cause-absent": {
    describe: "Xid 45 names an earlier Xid 149 that the log does not hold.",
    strike: (machine, rng) => {
      const { pci } = rng.pick(machine.identity.gpus);
      cleanup(machine, rng, pci, 149);
      return inconclusive("Y1", [gpuScope(pci)]);
    },
  },
  "xid-45-cause-held": {
    describe: "Xid 45 names an earlier Xid 79 that the log holds.",
    strike: (machine, rng) => {
      const pci = logXid(machine, rng, 79, OFF);
      cleanup(machine, rng, pci, 79);
      return fails("Y1", OR_PLATFORM, [gpuScope(pci)]);
    },
  },
  "xid-154-cleared": {
    describe: "Xid 154 asks for a reset, and the last line of that GPU asks for nothing.",
    strike: (machine, rng) =>
      passes("Y2", [gpuScope(recovery(machine, rng, ["0x1 (GPU Reset Required)", "0x0 (None)"]))]),
  },
  "xid-154-came-back": {
    describe: "Xid 154 asks for a reset again after it asked for nothing.",
    strike: (machine, rng) => {
      const pci = recovery(machine, rng, ["0x1 (GPU Reset Required)", "0x0 (None)", "0x1 (GPU Reset Required)"]);
      return fails("Y2", HARDWARE_ONLY, [gpuScope(pci)]);
    },
  },
  "nvrm-off-the-bus": {
    describe: "A GPU has fallen off the bus without an Xid, said in three lines.",
    strike: (machine, rng) => {
      const { pci } = rng.pick(machine.identity.gpus);
      const { messages } = machine.kernelLog;
      log(machine, rng, `NVRM: The NVIDIA GPU ${pci}.0`);
      const seconds = messages.at(-1)?.seconds ?? 0;
      messages.push(
        { seconds, text: "NVRM: (PCI ID: 10de:2330) installed in this system has" },
        { seconds, text: "NVRM: fallen off the bus and is not responding to commands." },
      );
      return fails("Y6", OR_PLATFORM, [gpuScope(`${pci}.0`)]);
    },
  },
  "nvrm-adapter-failed": {
    describe: "The driver could not bring a GPU up.",
    strike: (machine, rng) => {
      const { pci } = rng.pick(machine.identity.gpus);
      log(machine, rng, `NVRM: GPU ${pci}.0: RmInitAdapter failed! (0x25:0x65:1542)`);
      return inconclusive("Y6", [gpuScope(`${pci}.0`)]);
    },
  },
  "nvrm-gsp-timeout": {
    describe: "The heartbeat of a GSP timed out without an Xid.",
    strike: (machine, rng) => {
      log(machine, rng, "NVRM: GPU5 _kgspIsHeartbeatTimedOut: Heartbeat timed out, diff 5911 timeout 5200");
      return inconclusive("Y6");
    },
  },
  "sxid-further-lines": {
    describe: "A non-fatal NVSwitch error with its lines of data around it.",
    profiles: SWITCHED,
    strike: (machine, rng) => {
      for (const rest of [
        "Data {0x0000002c, 0x00000019}",
        "Non-fatal, Link 44 Minion Link DLREQ interrupt",
        "Severity 0 Engine instance 44 Sub-engine instance 00",
      ])
        log(machine, rng, `nvidia-nvswitch3: SXid (PCI:0000:08:00.0): 22013, ${rest}`);
      return passes("Y5");
    },
  },
});
