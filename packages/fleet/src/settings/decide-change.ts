import { SlipwayError } from "@slipway/plugin-sdk";
import type { Store } from "@slipway/store";
import { decideSetting, type Build } from "./settings.ts";
import type { ChangeStatus } from "./try.ts";

/** How a person names a staged change: `lane/slow`; a check may be named alone. */
export const changeName = ({ kind, name }: Pick<Build, "kind" | "name">): string =>
  kind === "check" ? name : `${kind}/${name}`;

/** What a person decides of a staged change. */
export interface ChangeDecision {
  /** As {@link changeName} gives it, or `check/<name>`. */
  readonly name: string;
  /** Of the content, or its beginning: the change is left alone where it has another by now. */
  readonly digest?: string | undefined;
  readonly to: "active" | "rejected";
  readonly by: string;
  readonly reason: string;
}

/** How it ended: `shut` says why the change stays staged. */
export type ChangeDecided =
  | { readonly status: ChangeStatus; readonly to: "active" | "rejected" }
  | { readonly status: ChangeStatus; readonly shut: readonly string[] };

/**
 * Makes a staged change active once its gate is open, or rejects it, in somebody's name.
 *
 * @param staged every staged change as it stands
 * @throws SlipwayError of kind `input` for a change that is not staged, or was decided meanwhile
 */
export async function decideChange(
  store: Store,
  staged: readonly ChangeStatus[],
  { name, digest = "", to, by, reason }: ChangeDecision,
): Promise<ChangeDecided> {
  const status = staged.find(
    ({ change: { build } }) =>
      (changeName(build) === name || `${build.kind}/${build.name}` === name) && build.digest.startsWith(digest),
  );
  if (status === undefined)
    throw new SlipwayError("input", `no change of ${name} is staged`, {
      hint:
        staged.length === 0
          ? "nothing is staged"
          : `staged: ${staged.map(({ change }) => changeName(change.build)).join(", ")}`,
    });
  const { gate, change } = status;
  if (to === "active" && !gate.open)
    return { status, shut: [...(gate.blamed === undefined ? [] : [gate.blamed]), ...gate.missing] };
  if (!(await decideSetting(store, change.build, to, { by, reason })))
    throw new SlipwayError("input", `the change of ${name} was decided or withdrawn meanwhile; look again`);
  return { status, to };
}
