/** Runs work of one name piece after piece, in the order in which it came, and work of different names at once. */
export class NamedQueue {
  readonly #ends = new Map<string, Promise<void>>();

  /** Runs the work when all earlier work of that name has ended, well or badly. */
  run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const done = (this.#ends.get(name) ?? Promise.resolve()).then(work);
    const forget = () => {
      if (this.#ends.get(name) === end) this.#ends.delete(name);
    };
    const end = done.then(forget, forget);
    this.#ends.set(name, end);
    return done;
  }
}

/** Runs so much work at a time; the rest waits in the order in which it came. */
export class ConcurrencyLimit {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Runs the work when it has its turn. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
