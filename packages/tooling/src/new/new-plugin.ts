/** A plugin that is about to be made. */
export interface NewPlugin {
  readonly id: string;
  /** Its folder, from the root. */
  readonly dir: string;
  /** Writes its files, package.json among them, into a folder, and returns their number. */
  readonly write: (target: string) => number;
  /** What its maker does next, once it is green. */
  readonly next: string;
}
