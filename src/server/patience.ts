/** What a byte that a client takes or brings is worth, in milliseconds: it may be as slow as 250 bytes a second. */
const MS_PER_BYTE = 4;

/** How often it is looked after a client within its patience. */
const LOOKS = 10;

/**
 * How long a client may stand still: so many milliseconds, of which every byte that moves gives some back. A client that
 * moves a byte now and then is cut as one that does nothing.
 */
export class Patience {
  readonly #ms: number;
  #leftMs: number;
  #moved: number;

  /** `moved` is how many bytes have moved so far. */
  constructor(ms: number, moved = 0) {
    this.#ms = ms;
    this.#leftMs = ms;
    this.#moved = moved;
  }

  /** Called every `lookEveryMs(ms)`, with how many bytes have surely moved by now. Tells whether it is over. */
  isOver(moved: number): boolean {
    const gained = Math.max(0, moved - this.#moved) * MS_PER_BYTE;
    this.#moved = Math.max(this.#moved, moved);
    this.#leftMs = Math.min(this.#ms, this.#leftMs + gained) - lookEveryMs(this.#ms);
    return this.#leftMs <= 0;
  }
}

/** How long to wait between two looks at clients that have so much patience, in milliseconds. */
export function lookEveryMs(patienceMs: number): number {
  return patienceMs / LOOKS;
}
