import { asciiLower, isWord, jsonDocument, Unreadable, valueOf, type Format } from "@slipway/plugin-sdk";
import type {
  Diagnostic,
  GlobalError,
  Gpu,
  Host,
  Part,
  Remark,
  Row,
  Status,
  Test,
  Variant,
  Warning,
} from "./diagnostic.ts";
import {
  elementsAt,
  objectAt,
  objectsAt,
  readIndex,
  readNumber,
  readText,
  readWord,
  type Element,
  type JsonObject,
} from "./document.ts";

const VARIANTS: readonly Variant[] = ["DCGM GPU Diagnostic", "DCGM Diagnostic", "DCGM Multi-Node Diagnostic"];

/** `dcgmi diag -j` and `dcgmi mndiag -j` of every variant (rules D8, D9, D11). */
export const diagnosticFormat: Format<Diagnostic> = {
  exit: "any",
  parse(output) {
    const start = output.stdout.indexOf("{");
    if (start < 0) throw new Unreadable("it holds no JSON document");
    const root = objectAt(jsonDocument(output, output.stdout.slice(start)), "");
    const [variant, another] = VARIANTS.filter((key) => root[key] !== undefined);
    if (variant === undefined)
      throw new Unreadable("it has no known shape: no root key is that of a DCGM diagnostic", {
        fault: "unknown-shape",
      });
    if (another !== undefined)
      throw new Unreadable(`it has no known shape: it is both ${variant} and ${another}`, { fault: "unknown-shape" });
    return readDiagnostic(variant, root);
  },
};

function readDiagnostic(variant: Variant, root: JsonObject): Diagnostic {
  const value = root[variant];
  const multiNode = variant === "DCGM Multi-Node Diagnostic";
  // A multi-node document has its name under the root key and everything else beside it.
  const beside = multiNode && typeof value === "string";
  const list = variant === "DCGM GPU Diagnostic" && Array.isArray(value);
  const path = beside ? "" : `/${variant}`;
  const body: JsonObject = beside ? root : list ? {} : objectAt(value, path);
  const runtimeError =
    readRemark(body["runtime_error"], `${path}/runtime_error`) ?? readRemark(root["runtime_error"], "/runtime_error");
  const categories = list ? value : body["test_categories"];
  if (!Array.isArray(categories) && runtimeError === undefined)
    throw new Unreadable(`it has no known shape: ${path}/test_categories is no list`, { path, fault: "unknown-shape" });
  return {
    variant,
    runtimeError,
    tests: readTests(variant, objectsAt(categories, list ? path : `${path}/test_categories`)),
    hosts: multiNode ? objectsAt(body["hosts"], `${path}/hosts`).map(readHost) : [],
    gpus: multiNode
      ? readHostGpus(body, path)
      : [
          ...readSerials(root, ""),
          ...readSerials(body, path),
          ...readEntityGroups(root, ""),
          ...readEntityGroups(body, path),
        ],
    globalErrors: multiNode ? readGlobalErrors(body, path) : [],
  };
}

/** A text, or an object with a `warning`; anything else that is there is an error without words. */
function readRemark(value: unknown, path: string): Remark | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return { text: value, path };
  const warning = typeof value === "object" && "warning" in value ? value.warning : undefined;
  return { text: readText(warning) ?? "no reason given", path };
}

/** A test that stands in several places, by one name whatever its case, is one test. */
function readTests(variant: Variant, categories: readonly Element<JsonObject>[]): Test[] {
  const tests = new Map<string, { name: string; rows: Row[]; warnings: Warning[]; mpiErrors: Remark[] }>();
  for (const category of categories) {
    const deployment = isWord(readText(category.value["category"]), "deployment");
    for (const { value: test, path } of objectsAt(category.value["tests"], `${category.path}/tests`)) {
      const name = readText(test["name"]);
      if (name === undefined)
        throw new Unreadable(`it has no known shape: ${path} is a test without a name`, {
          path,
          fault: "unknown-shape",
        });
      const known = tests.get(asciiLower(name)) ?? { name, rows: [], warnings: [], mpiErrors: [] };
      tests.set(asciiLower(name), known);
      const results = objectsAt(test["results"], `${path}/results`);
      const nodeWide =
        variant === "DCGM GPU Diagnostic" &&
        deployment &&
        results.every(({ value }) => printedGpus(value) === undefined);
      for (const result of results) known.rows.push(readRow(variant, result, nodeWide));
      known.warnings.push(...readWarnings(test["warnings"], `${path}/warnings`));
      const summary = test["test_summary"];
      if (typeof summary === "object" && summary !== null && "warnings" in summary)
        known.warnings.push(...readWarnings(summary.warnings, `${path}/test_summary/warnings`));
      const mpiError = readRemark(test["mpi_error"], `${path}/mpi_error`);
      if (mpiError !== undefined) known.mpiErrors.push(mpiError);
    }
  }
  return [...tests.values()];
}

const STATUSES: Readonly<Record<string, Status>> = {
  pass: "pass",
  fail: "fail",
  warn: "warn",
  skip: "skip",
  "not run": "skip",
};

function readRow(variant: Variant, { value: row, path }: Element<JsonObject>, nodeWide: boolean): Row {
  const printed = typeof row["status"] === "string" ? row["status"] : undefined;
  const word = asciiLower(printed ?? "");
  return {
    part: variant === "DCGM GPU Diagnostic" ? gpusOf(row, nodeWide) : entityOf(row),
    status: Object.hasOwn(STATUSES, word) ? STATUSES[word] : undefined,
    printed,
    warnings: readWarnings(row["warnings"], `${path}/warnings`),
    host: readIndex(row["host_id"]),
    path,
  };
}

/** What a row of 2.x, raw or 3.x prints of its GPUs: `"gpu_ids": "0,1"` or `"gpu_id": "0"`. */
function printedGpus(row: JsonObject): unknown {
  return row["gpu_ids"] ?? row["gpu_id"] ?? undefined;
}

function gpusOf(row: JsonObject, nodeWide: boolean): Part {
  const printed = printedGpus(row);
  if (printed === undefined) return { kind: nodeWide ? "node" : "untold" };
  const ids: readonly unknown[] =
    typeof printed === "string" ? printed.split(",") : Array.isArray(printed) ? printed : [printed];
  const indices = ids.map(readIndex).filter((index) => index !== undefined);
  return indices.length > 0 && indices.length === ids.length
    ? { kind: "gpus", indices: [...new Set(indices)] }
    : { kind: "untold" };
}

/** 4.x: a row without `entity_group` is a GPU (rule D6). */
function entityOf(row: JsonObject): Part {
  const group = readWord(row["entity_group"] ?? "GPU");
  const index = readIndex(row["entity_id"]);
  if (group !== undefined && !isWord(group, "gpu"))
    return { kind: "entity", name: index === undefined ? group : `${group} ${String(index)}` };
  return group !== undefined && index !== undefined ? { kind: "gpus", indices: [index] } : { kind: "untold" };
}

/** A list of objects or plain strings; one string in 2.x. */
function readWarnings(value: unknown, path: string): Warning[] {
  if (typeof value === "string") return value.trim() === "" ? [] : [readWarning({ value, path })];
  return elementsAt(value, path).map(readWarning);
}

function readWarning({ value, path }: Element<unknown>): Warning {
  if (typeof value === "string")
    return { text: value, severity: undefined, errorId: undefined, category: undefined, path };
  const warning = objectAt(value, path);
  return {
    text: readText(warning["warning"]) ?? "no reason given",
    severity: readNumber(warning["error_severity"]),
    errorId: readNumber(warning["error_id"]),
    category: readNumber(warning["error_category"]),
    path,
  };
}

function readGlobalErrors(body: JsonObject, path: string): GlobalError[] {
  return elementsAt(body["global_errors"], `${path}/global_errors`).map((element) => ({
    ...readWarning(element),
    host: typeof element.value === "string" ? undefined : readIndex(objectAt(element.value, element.path)["host_id"]),
  }));
}

function readHost({ value }: Element<JsonObject>): Host {
  return { id: readIndex(value["host_id"]), name: readWord(value["hostname"]) };
}

function readHostGpus(body: JsonObject, path: string): Gpu[] {
  return objectsAt(body["hosts"], `${path}/hosts`).flatMap((host) =>
    readEntities(host.value, host.path, readIndex(host.value["host_id"])),
  );
}

/** 3.x: `"GPU Device Serials": { "0": "…" }`, or a list in the order of the indices. */
function readSerials(holder: JsonObject, path: string): Gpu[] {
  const serials = holder["GPU Device Serials"];
  if (typeof serials !== "object" || serials === null) return [];
  return Object.entries(serials).flatMap(([key, serial]) =>
    gpu(key, serial, undefined, `${path}/GPU Device Serials/${key}`),
  );
}

/** 4.x: serials stand in the entities of the GPU group. */
function readEntityGroups(holder: JsonObject, path: string): Gpu[] {
  return objectsAt(holder["entity_groups"], `${path}/entity_groups`)
    .filter(({ value }) => entityOf(value).kind !== "entity")
    .flatMap((group) => readEntities(group.value, group.path, undefined));
}

function readEntities(holder: JsonObject, path: string, host: number | undefined): Gpu[] {
  return objectsAt(holder["entities"], `${path}/entities`)
    .filter(({ value }) => entityOf(value).kind !== "entity")
    .flatMap((entity) => gpu(entity.value["entity_id"], entity.value["serial_num"], host, entity.path));
}

function gpu(id: unknown, serial: unknown, host: number | undefined, path: string): Gpu[] {
  const index = readIndex(id);
  const printed = readText(serial);
  return index === undefined || printed === undefined
    ? []
    : [{ index, serial: valueOf(printed), printed: printed.trim(), host, path }];
}
