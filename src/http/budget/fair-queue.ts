import type { Owner } from '../client/call-options.ts';

/** What waits of one caller. */
type Operations<Item> = Map<unknown, Item[]>;

/**
 * A queue that is fair on two levels: callers take turns, and within the turns of a caller its operations do, whoever
 * comes first, however much it asks for. Whoever has had a turn comes after all who wait by then. An item of several
 * owners is served at the first of their turns.
 */
export class FairQueue<Item extends object> {
  /** Callers, and the operations of each, in the order of their turns. */
  readonly #callers = new Map<unknown, Operations<Item>>();
  readonly #owners = new Map<Item, Owner[]>();

  get size(): number {
    return this.#owners.size;
  }

  /** How many callers wait. */
  get callers(): number {
    return this.#callers.size;
  }

  /** Adds an item, or an owner to one that waits. */
  push(owner: Owner, item: Item): void {
    const { caller, operation, operations, items } = this.#placeOf(owner, item);
    if (items.includes(item)) return;
    items.push(item);
    this.#callers.set(caller, operations.set(operation, items));
    this.#owners.set(item, [...(this.#owners.get(item) ?? []), owner]);
  }

  /** How many items are served before one that waits, at most, if nobody else comes. */
  ahead(item: Item): number {
    const aheadFor = (owner: Owner): number => {
      const { caller, operation, operations, items } = this.#placeOf(owner, item);
      const own = servedBefore(items.indexOf(item), operation, operations, ({ length }) => length);
      return servedBefore(own, caller, this.#callers, sizeOf);
    };
    return Math.min(...(this.#owners.get(item) ?? []).map(aheadFor));
  }

  /** Takes out the next item. Callers for whom `isLast` is true, by their names, come after all others. */
  shift(isLast: (caller: string) => boolean = () => false): Item | undefined {
    const callers = () => this.#callers.keys();
    const caller = callers().find((each) => typeof each !== 'string' || !isLast(each)) ?? callers().next().value;
    const operations = this.#callers.get(caller);
    const [operation, items] = operations?.entries().next().value ?? [];
    const item = items?.[0];
    if (!operations || !item) return undefined;
    toBack(this.#callers, caller);
    toBack(operations, operation);
    this.#delete(item);
    return item;
  }

  /** Removes the items for which `leaves` is true, and returns them. */
  remove(leaves: (item: Item) => boolean): Item[] {
    const removed = [...this].filter(leaves);
    for (const item of removed) this.#delete(item);
    return removed;
  }

  [Symbol.iterator](): Iterator<Item> {
    return this.#owners.keys();
  }

  #delete(item: Item): void {
    for (const owner of this.#owners.get(item) ?? []) {
      const { caller, operation, operations, items } = this.#placeOf(owner, item);
      items.splice(items.indexOf(item), 1);
      if (items.length === 0) operations.delete(operation);
      if (operations.size === 0) this.#callers.delete(caller);
    }
    this.#owners.delete(item);
  }

  /** Where an item of this owner stands. Without a caller, or an operation, it is nobody else's. */
  #placeOf({ caller, operation }: Owner, item: Item) {
    const keys = { caller: caller?.name ?? operation ?? item, operation: operation ?? item };
    const operations: Operations<Item> = this.#callers.get(keys.caller) ?? new Map();
    return { ...keys, operations, items: operations.get(keys.operation) ?? [] };
  }
}

function sizeOf(operations: Operations<unknown>): number {
  return operations.values().reduce((count, { length }) => count + length, 0);
}

/** How many are served before the one that has `nth` of its own turn before it: of each other one a round. */
function servedBefore<Turn>(
  nth: number,
  own: unknown,
  turns: ReadonlyMap<unknown, Turn>,
  sizeOf: (turn: Turn) => number,
): number {
  let count = nth;
  let rounds = nth + 1;
  for (const [other, turn] of turns) {
    if (other === own) rounds = nth;
    else count += Math.min(sizeOf(turn), rounds);
  }
  return count;
}

function toBack<Key, Value>(turns: Map<Key, Value>, key: Key): void {
  const turn = turns.get(key);
  turns.delete(key);
  if (turn !== undefined) turns.set(key, turn);
}
