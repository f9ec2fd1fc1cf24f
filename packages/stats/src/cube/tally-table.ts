const EMPTY = -1;

/**
 * Counts by (place, code): what a dense array of places × codes would hold, without its zeros. Rows stay where they
 * are once made, also at a count of 0; a hash index by linear probing finds them.
 */
export class TallyTable {
  #places = new Uint32Array(64);
  #codes = new Uint16Array(64);
  #counts = new Uint32Array(64);
  #rows = 0;
  #index = new Int32Array(128).fill(EMPTY);

  /** Rows in use; those at and beyond are free room. */
  get rows(): number {
    return this.#rows;
  }

  get places(): Uint32Array {
    return this.#places;
  }

  get codes(): Uint16Array {
    return this.#codes;
  }

  get counts(): Uint32Array {
    return this.#counts;
  }

  get byteLength(): number {
    return this.#places.byteLength + this.#codes.byteLength + this.#counts.byteLength + this.#index.byteLength;
  }

  add(place: number, code: number, count: number): void {
    let at = this.#slot(place, code);
    let row = this.#index[at] as number;
    if (row === EMPTY) {
      if (this.#rows === this.#places.length) {
        this.#resize(this.#rows * 2);
        at = this.#slot(place, code);
      }
      row = this.#rows;
      this.#rows += 1;
      this.#places[row] = place;
      this.#codes[row] = code;
      this.#index[at] = row;
    }
    this.#counts[row] = (this.#counts[row] as number) + count;
  }

  /** Gives back the room that growing left over. */
  trim(): void {
    this.#resize(Math.max(64, this.#rows));
  }

  /** Where the row of a key is in the index, or would be. */
  #slot(place: number, code: number): number {
    const mask = this.#index.length - 1;
    let hash = Math.imul(place, 0x9e37_79b1) ^ Math.imul(code + 1, 0x85eb_ca6b);
    hash ^= hash >>> 15;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const row = this.#index[at] as number;
      if (row === EMPTY || (this.#places[row] === place && this.#codes[row] === code)) return at;
    }
  }

  #resize(room: number): void {
    const rows = this.#rows;
    const [places, codes, counts] = [this.#places, this.#codes, this.#counts];
    this.#places = new Uint32Array(room);
    this.#codes = new Uint16Array(room);
    this.#counts = new Uint32Array(room);
    this.#places.set(places.subarray(0, rows));
    this.#codes.set(codes.subarray(0, rows));
    this.#counts.set(counts.subarray(0, rows));
    // The power of two that leaves at least a third of the index empty.
    this.#index = new Int32Array(2 ** Math.ceil(Math.log2(room * 1.5))).fill(EMPTY);
    for (let row = 0; row < rows; row += 1) this.#index[this.#slot(places[row] as number, codes[row] as number)] = row;
  }
}
