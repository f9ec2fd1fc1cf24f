/** Typed arrays by name, all for the same rows. */
type Columns = { readonly [name: string]: Uint8Array | Uint16Array | Uint32Array };

/** Columns that grow, with rows found by id; a row that was taken out is used again. */
export class RowTable<C extends Columns> {
  readonly #make: (room: number) => C;
  readonly #rows = new Map<string, number>();
  readonly #free: number[] = [];
  #columns: C;
  #room = 64;

  /** @param make columns of zeros with room for so many rows */
  constructor(make: (room: number) => C) {
    this.#make = make;
    this.#columns = make(this.#room);
  }

  /** Until the next insert. */
  get columns(): C {
    return this.#columns;
  }

  insert(id: string): number {
    const at = this.#free.pop() ?? this.#rows.size;
    if (at === this.#room) this.#grow();
    this.#rows.set(id, at);
    return at;
  }

  /** Gives the row that an id had; it holds its values until the next insert. */
  remove(id: string): number | undefined {
    const at = this.#rows.get(id);
    if (at === undefined) return undefined;
    this.#rows.delete(id);
    this.#free.push(at);
    return at;
  }

  #grow(): void {
    this.#room *= 2;
    const grown = this.#make(this.#room);
    for (const [name, column] of Object.entries(this.#columns)) grown[name]?.set(column);
    this.#columns = grown;
  }
}
