/** Rows changed between reading and writing; the caller starts again. */
export class LostRace extends Error {
  override readonly name = "LostRace";

  constructor(table: string) {
    super(`rows of ${table} changed since they were read`);
  }
}
