import type { DcgmWarning } from "./dcgm-tests.ts";
import type { DcgmHost, DcgmRow, DcgmRun, DcgmTest, JsonObject } from "./dcgm-run.ts";
import { PROFILES, type Identity } from "./identity.ts";
import { styledJson, type Json } from "./styled-json.ts";
import type { DcgmVariant } from "./types.ts";

const ENTITY_GROUP_ID = { GPU: 1, CPU: 7 };
const DCGM_VERSION: Readonly<Record<DcgmVariant, string>> = {
  "2.x": "2.4.8",
  raw: "1.7",
  "3.x": "3.3.9",
  "4.x": "4.4.2",
  mndiag: "4.6.0",
};

/** What dcgmi prints, and how it exits. */
export function printDcgmRun(run: DcgmRun, identity: Identity): { stdout: string; exitCode: number } {
  let document: Json = documentOf(run, identity);
  for (const change of run.reshape) document = change(document as JsonObject);
  const text = run.variant === "raw" ? `${JSON.stringify(document, null, 4)}\n` : styledJson(document);
  return { stdout: run.before + text + run.after, exitCode: run.exitCode ?? (anyFail(run) ? 226 : 0) };
}

function anyFail(run: DcgmRun): boolean {
  return (
    run.globalErrors.length > 0 ||
    run.hosts.some((host) => host.failingGpu !== undefined) ||
    run.tests.some((test) => test.rows.some((row) => row.status === "Fail"))
  );
}

function documentOf(run: DcgmRun, identity: Identity): JsonObject {
  if (run.variant === "mndiag") return multiNodeDocument(run, identity);
  const categories = byCategory(run, (test) => ({
    name: test.name,
    results: resultsOf(run, test),
    ...(run.variant === "4.x" ? { test_summary: printedSummary(test) } : {}),
  }));
  if (run.variant === "4.x") {
    return {
      "DCGM Diagnostic":
        run.runtimeError === null ? { test_categories: categories } : { runtime_error: run.runtimeError },
      entity_groups: entityGroups(run, identity),
      metadata: {
        version: DCGM_VERSION["4.x"],
        "Driver Version Detected": identity.driverVersion,
        "EUD Test Version": `eud.${identity.driverVersion}`,
        ...(identity.profile === "gb300" ? { "CPU EUD Test Version": `cpu_eud.${identity.driverVersion}` } : {}),
      },
    };
  }
  const diagnostic: JsonObject = {
    test_categories: categories,
    ...(run.variant === "raw" ? { version: DCGM_VERSION.raw } : {}),
  };
  if (run.variant !== "3.x") return { "DCGM GPU Diagnostic": diagnostic };
  return {
    "DCGM GPU Diagnostic": diagnostic,
    "Driver Version Detected": identity.driverVersion,
    "GPU Device IDs": run.serials.map(() => PROFILES[identity.profile].deviceId),
    "GPU Device Serials": Object.fromEntries(run.serials.map((serial, gpu) => [String(gpu), serial])),
    version: DCGM_VERSION["3.x"],
  };
}

function byCategory(run: DcgmRun, print: (test: DcgmTest) => JsonObject): JsonObject[] {
  const categories = [...new Set(run.tests.map((test) => test.category))];
  return categories.map((category) => ({
    category,
    tests: run.tests.filter((test) => test.category === category).map(print),
  }));
}

function resultsOf(run: DcgmRun, test: DcgmTest): JsonObject[] {
  if (run.variant === "4.x") return test.rows.map((row) => rowOf4(row));
  if (run.variant === "3.x")
    return test.rows.map((row) => ({
      ...(row.entity === null ? {} : { gpu_id: String(row.entity) }),
      ...legacyFields(row, run.variant),
    }));
  return groupedRows(run.variant, test);
}

/** 2.x and raw put the GPUs whose rows are equal into one row: `"gpu_ids": "0,1,2,3"`. */
function groupedRows(variant: DcgmVariant, test: DcgmTest): JsonObject[] {
  const groups = new Map<string, { gpus: number[]; fields: JsonObject }>();
  for (const row of test.rows) {
    const fields = legacyFields(row, variant);
    const key = JSON.stringify(fields);
    const group = groups.get(key) ?? { gpus: [], fields };
    if (row.entity !== null) group.gpus.push(row.entity);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ gpus, fields }) => ({
    ...(gpus.length === 0 ? {} : { gpu_ids: gpus.join(",") }),
    ...fields,
  }));
}

function legacyFields(row: DcgmRow, variant: DcgmVariant): JsonObject {
  const raw = variant === "raw";
  const text = variant === "2.x";
  return {
    ...(row.info.length === 0 ? {} : { info: raw ? row.info : row.info.join(", ") }),
    status: raw ? row.status.toUpperCase() : row.status,
    ...(row.warnings.length === 0
      ? {}
      : { warnings: text ? row.warnings.map((warning) => warning.text).join(", ") : row.warnings.map(warningOf) }),
  };
}

function rowOf4(row: DcgmRow): JsonObject {
  return {
    ...(row.ungrouped === true ? {} : { entity_group: row.group, entity_group_id: ENTITY_GROUP_ID[row.group] }),
    ...(row.entity === null ? {} : { entity_id: row.entity }),
    status: row.status,
    ...(row.info.length === 0 ? {} : { info: row.info }),
    ...(row.warnings.length === 0 ? {} : { warnings: row.warnings.map(warningOf) }),
  };
}

function warningOf(warning: DcgmWarning): Json {
  if (warning.plain === true) return warning.text;
  return {
    warning: warning.text,
    ...(warning.errorId === undefined ? {} : { error_id: warning.errorId }),
    ...(warning.category === undefined ? {} : { error_category: warning.category }),
    ...(warning.severity === undefined ? {} : { error_severity: warning.severity }),
  };
}

function printedSummary(test: DcgmTest): JsonObject {
  const { summaryWarnings = [] } = test;
  const warnings = summaryWarnings.length === 0 ? {} : { warnings: summaryWarnings.map(warningOf) };
  return { status: summaryOf(test), ...warnings };
}

function summaryOf(test: DcgmTest): string {
  if (test.summary !== undefined) return test.summary;
  return ["Fail", "Warn", "Pass"].find((status) => test.rows.some((row) => row.status === status)) ?? "Skip";
}

function entityGroups(run: DcgmRun, identity: Identity): JsonObject[] {
  const gpus = run.serials.map((serial, gpu) => ({
    device_id: PROFILES[identity.profile].deviceId,
    entity_id: gpu,
    serial_num: serial,
  }));
  const groups: JsonObject[] = [{ entities: gpus, entity_group: "GPU", entity_group_id: ENTITY_GROUP_ID.GPU }];
  if (identity.profile === "gb300") {
    const cpus = [0, 1].map((cpu) => ({
      device_id: "",
      entity_id: cpu,
      serial_num: `0x000000017820B1C805000000${identity.chassisSerial.slice(8)}${String(cpu)}`,
    }));
    groups.push({ entities: cpus, entity_group: "CPU", entity_group_id: ENTITY_GROUP_ID.CPU });
  }
  return groups;
}

function multiNodeDocument(run: DcgmRun, identity: Identity): JsonObject {
  if (run.runtimeError !== null)
    return { "DCGM Multi-Node Diagnostic": "DCGM Multi-Node Diagnostic", runtime_error: run.runtimeError };
  const { gpuCount, deviceId } = PROFILES[identity.profile];
  const hosts = run.hosts.map(({ hostname, serials }, hostId) => ({
    host_id: hostId,
    hostname,
    dcgm_version: DCGM_VERSION.mndiag,
    driver_version: identity.driverVersion,
    num_entities: gpuCount,
    entities: serials.map((serial, gpu) => ({
      entity_group_id: 1,
      entity_group: "GPU",
      entity_id: gpu,
      serial_num: serial,
      device_id: deviceId,
    })),
  }));
  const errors = run.globalErrors.map(({ text, hostId, errorId = 1 }) => ({
    warning: text,
    error_id: errorId,
    error_category: 0,
    error_severity: 3,
    ...(hostId === null ? {} : { host_id: hostId }),
  }));
  return {
    "DCGM Multi-Node Diagnostic": "DCGM Multi-Node Diagnostic",
    metadata: { num_hosts: hosts.length, num_entities: hosts.length * gpuCount },
    hosts,
    test_categories: byCategory(run, (test) => {
      const status = run.hosts.some((host) => host.failingGpu !== undefined) ? "Fail" : summaryOf(test);
      return {
        name: test.name,
        status,
        test_summary: { status },
        ...(test.mpiError === undefined ? {} : { mpi_error: { warning: test.mpiError, error_category: "MPI" } }),
        results: run.hosts.flatMap((host, hostId) => hostRows(run, test, host, hostId)),
      };
    }),
    ...(errors.length === 0 ? {} : { global_errors: errors }),
  };
}

function hostRows(run: DcgmRun, test: DcgmTest, host: DcgmHost, hostId: number): JsonObject[] {
  if (hostId === run.ownHost) return test.rows.map((row) => ({ host_id: hostId, ...rowOf4(row) }));
  return host.serials.map((_, gpu) => {
    const failing = gpu === host.failingGpu;
    const row: DcgmRow = { group: "GPU", entity: gpu, status: failing ? "Fail" : "Pass", info: [], warnings: [] };
    if (failing)
      row.warnings.push({
        text: `GPU ${String(gpu)} returned a wrong result.`,
        errorId: 95,
        category: 7,
        severity: 2,
        causes: ["hardware"],
      });
    return { host_id: hostId, ...rowOf4(row) };
  });
}
