/**
 * A queue that is fair between callers: each is served once a round, whoever comes first, however much it asks for.
 * The round that is being served takes nobody in any more, so newcomers cannot hold up those who wait.
 */
export class FairQueue<Item> {
  /** First the round that is being served. */
  readonly #rounds: Item[][] = [];
  readonly #lastRounds = new WeakMap<object, number>();
  #current = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** How many callers wait: all who are to be served in this round or the next, some of them perhaps in both. */
  get callers(): number {
    return (this.#rounds[0]?.length ?? 0) + (this.#rounds[1]?.length ?? 0);
  }

  /** How many items would be served before the next one of this caller, if nobody else came. */
  ahead(caller: object): number {
    const until = this.#nextRound(caller) - this.#current;
    let count = 0;
    for (let round = 0; round <= until; round++) count += this.#rounds[round]?.length ?? 0;
    return count;
  }

  push(caller: object, item: Item): void {
    const round = this.#nextRound(caller);
    this.#lastRounds.set(caller, round);
    while (this.#rounds.length <= round - this.#current) this.#rounds.push([]);
    this.#rounds[round - this.#current]?.push(item);
    this.#size += 1;
  }

  shift(): Item | undefined {
    while (this.#rounds[0]?.length === 0) {
      this.#rounds.shift();
      this.#current += 1;
    }
    const item = this.#rounds[0]?.shift();
    if (item !== undefined) this.#size -= 1;
    return item;
  }

  /** Removes the items for which `leaves` is true, and returns them. */
  remove(leaves: (item: Item) => boolean): Item[] {
    const removed: Item[] = [];
    for (const [index, round] of this.#rounds.entries()) {
      const staying = round.filter((item) => !leaves(item) || !removed.push(item));
      if (staying.length < round.length) this.#rounds[index] = staying;
    }
    this.#size -= removed.length;
    return removed;
  }

  *[Symbol.iterator](): Iterator<Item> {
    for (const round of this.#rounds) yield* round;
  }

  #nextRound(caller: object): number {
    return Math.max(this.#current, this.#lastRounds.get(caller) ?? 0) + 1;
  }
}
