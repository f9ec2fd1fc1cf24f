import { SlipwayError, type Check } from "@slipway/plugin-sdk";

/**
 * Imports a check from a module whose default export it is.
 *
 * @param url of the module's file
 * @throws SlipwayError of kind `config` for a file that holds no such check
 */
export async function importCheck(id: string, url: string): Promise<Check> {
  const { default: check } = (await import(url)) as { readonly default?: Partial<Check> };
  if (check?.kind !== "check" || check.id !== id)
    throw new SlipwayError("config", `${url}: its default export is not the check ${id}`);
  return check as Check;
}
