/** Lines of text, each ending in a newline. */
export function lines(...rows: readonly string[]): string {
  return rows.map((row) => `${row}\n`).join("");
}

/** Fields of one `<gpu>` by their path; a list prints the field several times, null and undefined leave it out. */
export type GpuFields = Readonly<Record<string, string | readonly string[] | null | undefined>>;

/**
 * A document of `nvidia-smi -q -x`, one tag or field on each line; the first `<gpu>` opens in line 3.
 *
 * @example
 * nvidiaSmi([{ serial: "S0", "remapped_rows/remapped_row_pending": "No" }])
 */
export function nvidiaSmi(gpus: readonly GpuFields[]): string {
  const elements = gpus.flatMap((fields) => {
    const rows = Object.entries(fields).flatMap(([path, value]) =>
      (typeof value === "string" ? [value] : (value ?? [])).map((text) => ({ path: path.split("/"), text })),
    );
    return ["<gpu>", ...elementsOf(rows), "</gpu>"];
  });
  return lines('<?xml version="1.0" ?>', "<nvidia_smi_log>", ...elements, "</nvidia_smi_log>");
}

interface Field {
  readonly path: readonly string[];
  readonly text: string;
}

/** Fields inside the sections of their paths, in the order in which each section is first named. */
function elementsOf(fields: readonly Field[]): string[] {
  const sections = Map.groupBy(fields, ({ path: [name] }) => name);
  return [...sections].flatMap(([name = "", inside]) => {
    const leaves = inside.filter(({ path }) => path.length === 1).map(({ text }) => `<${name}>${text}</${name}>`);
    const below = inside.filter(({ path }) => path.length > 1).map(({ path, text }) => ({ path: path.slice(1), text }));
    return [...leaves, ...(below.length === 0 ? [] : [`<${name}>`, ...elementsOf(below), `</${name}>`])];
  });
}
