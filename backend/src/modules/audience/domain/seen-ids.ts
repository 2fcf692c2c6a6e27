/**
 * The line of every id that a file has had so far. Two typed arrays instead of a Map: two million ids take 48 MB, where a Map of
 * as many takes several times that.
 */
export class SeenIds {
  #ids: Float64Array;
  #lines: Uint32Array;
  #count = 0;

  /** `expected` ids fit without growing, which for a moment takes the room of all of them a second time. */
  constructor(expected: number) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(expected, 3) * (4 / 3) + 1));
    this.#ids = new Float64Array(capacity);
    this.#lines = new Uint32Array(capacity);
  }

  /** Takes an id (above 0); the line it stood in before, or null when it is new. */
  add(id: number, line: number): number | null {
    if (this.#count * 4 >= this.#ids.length * 3) this.#grow();
    const place = this.#placeOf(id);
    if (this.#ids[place] === id) return this.#lines[place] ?? null;
    this.#ids[place] = id;
    this.#lines[place] = line;
    this.#count += 1;
    return null;
  }

  /** Where it is, or the empty place where it would be. */
  #placeOf(id: number): number {
    const mask = this.#ids.length - 1;
    // Ids of one file are often neighbours; both halves of the number are stirred, so that they do not pile up.
    let hash = Math.imul(id >>> 0, 0x9e3779b1) ^ Math.imul(Math.floor(id / 0x1_0000_0000), 0x85ebca6b);
    hash ^= hash >>> 15;
    let place = hash & mask;
    while (this.#ids[place] !== 0 && this.#ids[place] !== id) place = (place + 1) & mask;
    return place;
  }

  #grow(): void {
    const [ids, lines] = [this.#ids, this.#lines];
    this.#ids = new Float64Array(ids.length * 2);
    this.#lines = new Uint32Array(ids.length * 2);
    for (let at = 0; at < ids.length; at++) {
      const id = ids[at];
      if (!id) continue;
      const place = this.#placeOf(id);
      this.#ids[place] = id;
      this.#lines[place] = lines[at] ?? 0;
    }
  }
}
