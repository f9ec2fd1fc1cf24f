import { createHash } from "node:crypto";
import type { EvidenceRef } from "@slipway/domain";
import { expect, it } from "vitest";
import { evidenceOfPass, recordOfPass, type JudgedPass } from "./stored-pass.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const RECORD = { argv: ["x"], exitCode: 0 };

/** A store of bytes, and how a row refers to what is put there. */
function shelf() {
  const kept = new Map<string, Uint8Array>();
  const put = (content: Uint8Array): string => {
    const digest = createHash("sha256").update(content).digest("hex");
    kept.set(digest, content);
    return digest;
  };
  return { kept, put, get: (digest: string) => Promise.resolve(kept.get(digest)) };
}

const pass = (evidence: Readonly<Record<string, EvidenceRef>>, expectations: string): JudgedPass => ({
  node: "n1",
  cluster: "c",
  boot_id: "b1",
  system_serial: "S1",
  gpu_serials: ["g0"],
  gpu_uuids: [],
  evidence,
  judged_by: { expectations },
});
const place = { vendor: "oci", sku: null, rack: "r1" };

it("reads back what each probe left, byte for byte, and no output of a program that did not start", async () => {
  const { put, get } = shelf();
  const damaged = new Uint8Array([0x6e, 0xff, 0x0a]);
  const record = recordOfPass(
    pass(
      {
        smi: { record: RECORD, out: put(damaged), err: put(bytes("warning\n")), size: 3 },
        silent: { record: RECORD, out: put(bytes("")), err: null, size: 0 },
        none: { record: RECORD, out: null, err: null, size: 0 },
      },
      put(bytes('{"gpus":{"count":8}}')),
    ),
    place,
  );
  const { node, outputs, expectations, lost, absent } = await evidenceOfPass(record, get);
  expect(node).toEqual({
    name: "n1",
    vendor: "oci",
    cluster: "c",
    rack: "r1",
    bootId: "b1",
    serials: { system: "S1", gpus: ["g0"] },
  });
  expect(Object.fromEntries(outputs)).toEqual({
    smi: { record: RECORD, stdout: damaged, stderr: bytes("warning\n") },
    silent: { record: RECORD, stdout: bytes(""), stderr: bytes("") },
    none: { record: RECORD, stdout: undefined, stderr: bytes("") },
  });
  expect(expectations).toEqual({ gpus: { count: 8 } });
  expect([lost.size, absent]).toEqual([0, []]);
});

it("names the probes and files of which bytes are gone, and expectations that are gone", async () => {
  const { kept, put, get } = shelf();
  const [out, err, expectations] = [put(bytes("smi")), put(bytes("warning")), put(bytes("{}"))];
  const evidence = {
    smi: { record: RECORD, out, err: null, size: 3 },
    dmi: { record: RECORD, out: null, err, size: 0 },
  };
  kept.delete(out);
  kept.delete(err);
  kept.delete(expectations);
  const read = await evidenceOfPass(recordOfPass(pass(evidence, expectations), undefined), get);
  expect(read).toMatchObject({ expectations: undefined, lost: new Set(["smi", "dmi"]) });
  expect(read.absent).toEqual([
    { digest: expectations, name: "expectations" },
    { digest: out, name: "smi.out" },
    { digest: err, name: "dmi.err" },
  ]);
});
