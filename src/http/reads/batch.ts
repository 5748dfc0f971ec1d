import type { CallOptions, Priority } from '../client/call-options.ts';
import { UpstreamError } from '../client/upstream-error.ts';
import type { FoundRows } from './lookup-source.ts';
import { covers, type Projection, union } from './projection.ts';
import type { SharedCall } from './shared-call.ts';

/** Lookups that one call answers. Others may join until the call has its turn to be sent. */
export class Batch<Row> {
  readonly call: SharedCall<FoundRows<Row>>;
  readonly priority: Priority;
  /** Its keys, each with what its tags stood at when it was asked for. */
  readonly marks = new Map<string, readonly string[]>();
  /** Whether its call waits for its turn already. */
  isOnItsWay = false;
  /** What came back, in characters. */
  answerLength = 0;
  readonly #waiting = new Map<CallOptions, Promise<FoundRows<Row>>>();
  #projection: Projection;
  /** What it was last found or made to bring: the rows of a list are asked for one by one, all with the same. */
  #brings: Projection;
  #length = 0;
  #isSealed = false;

  constructor(call: SharedCall<FoundRows<Row>>, projection: Projection, priority: Priority) {
    this.call = call;
    this.priority = priority;
    this.#projection = projection;
    this.#brings = projection;
  }

  get projection(): Projection {
    return this.#projection;
  }

  get size(): number {
    return this.marks.size;
  }

  /** The length of its keys in a list, in characters. */
  get length(): number {
    return this.#length;
  }

  get isSealed(): boolean {
    return this.#isSealed;
  }

  /** Whether lookups can still join. */
  get isOpen(): boolean {
    return !this.#isSealed && !this.call.isOver;
  }

  /** Whether it is this patience's own: the first that waits for it. */
  isFor(callOptions: CallOptions): boolean {
    const [first = callOptions] = this.#waiting.keys();
    return first === callOptions;
  }

  /** What it would bring if it had to bring this as well. */
  unitedWith(projection: Projection): Projection {
    return projection === this.#brings ? this.#projection : union(this.#projection, projection);
  }

  /** Whether it answers this lookup too; it is widened for that where it still can be. */
  take(key: string, projection: Projection): boolean {
    if (this.call.isOver || !this.marks.has(key)) return false;
    if (!this.#isSealed) this.#widen(projection);
    return projection === this.#brings || covers(this.#projection, projection);
  }

  /** Takes in a key, whose length in a list is `length`. */
  add(key: string, length: number, projection: Projection, marks: readonly string[]): void {
    if (!this.marks.has(key)) this.#length += length;
    this.marks.set(key, marks);
    this.#widen(projection);
  }

  /** One of its rows, for as long as this patience lasts; all lookups of one operation wait as one. */
  row(key: string, callOptions: CallOptions): Promise<Row | null> {
    let rows = this.#waiting.get(callOptions);
    if (!rows) {
      rows = this.call.join(callOptions);
      this.#waiting.set(callOptions, rows);
    }
    return rows.then((found) => {
      const row = found.get(key) ?? null;
      if (row instanceof UpstreamError) throw row;
      return row;
    });
  }

  /** Closes it, and tells what it looks up. */
  seal(): { keys: readonly string[]; projection: Projection } {
    this.#isSealed = true;
    return { keys: [...this.marks.keys()], projection: this.#projection };
  }

  /** Forgets who waited, behind the end: V8 keeps what a map once held alive for a while, whole answers with it. */
  letGo(): void {
    this.#waiting.clear();
  }

  #widen(projection: Projection): void {
    this.#projection = this.unitedWith(projection);
    this.#brings = projection;
  }

  /** Notes how long an answer was. */
  readonly onLength = (length: number): void => {
    this.answerLength += length;
  };
}
