import { covers, type Projection, union } from '../cache/projection.ts';
import type { CallOptions, Priority, SharedCallOptions } from '../client/call-options.ts';
import type { ReadCall, ReplyDetails } from '../client/calls.ts';
import type { Ask, Found, KeysToRead, Lookup } from './lookup.ts';
import { SharedCall } from './shared-call.ts';

/** Keys that one call reads. Others may join until the call has its turn to be sent. */
export class Batch<Value> {
  readonly lookup: Lookup<Value>;
  readonly priority: Priority;
  readonly call: SharedCall<Found<Value>>;
  /** Its keys, each with the marks of its tags when it was asked for. */
  readonly marks = new Map<string, readonly string[]>();
  /** Whether its call waits for its turn already. */
  isOnItsWay = false;
  /** Whether its only key failed alone a moment ago. */
  isSuspect = false;
  /** The length of what came back, in characters. */
  replyLength = 0;
  /** One promise for each operation, however many of its keys are in here. */
  readonly #waiting = new Map<CallOptions, Promise<Found<Value>>>();
  #projection: Projection;
  /** The projection of the latest key: the rows of a list all ask for the same one. */
  #latest: Projection;
  #length = 0;
  #isSealed = false;

  constructor(lookup: Lookup<Value>, sharing: SharedCallOptions, projection: Projection, priority: Priority) {
    this.lookup = lookup;
    this.call = new SharedCall(sharing);
    this.priority = priority;
    this.#projection = projection;
    this.#latest = projection;
  }

  get projection(): Projection {
    return this.#projection;
  }

  /** Whether its keys are fixed: from then on it waits for the API alone. */
  get isSealed(): boolean {
    return this.#isSealed;
  }

  /** Whether it belongs to these options: those of the first operation that waits for it. */
  isFor(options: CallOptions): boolean {
    const [first = options] = this.#waiting.keys();
    return first === options;
  }

  /** Whether it can still take this key. */
  hasRoomFor({ key, projection }: Ask): boolean {
    const { lists } = this.lookup;
    if (this.#isSealed || this.call.isOver || !lists) return false;
    return lists.fits(this.marks.size + 1, this.#length + lists.lengthOf(key), this.#unitedWith(projection));
  }

  /** Whether it answers this too; it is widened for that while it can be. */
  take({ key, projection }: Ask): boolean {
    if (this.call.isOver || !this.marks.has(key)) return false;
    if (!this.#isSealed) this.#widen(projection);
    return projection === this.#latest || covers(this.#projection, projection);
  }

  /** Takes in a key; `marks` are those of its tags now. */
  add({ key, projection }: Ask, marks: readonly string[]): void {
    if (!this.marks.has(key)) this.#length += this.lookup.lists?.lengthOf(key) ?? 0;
    this.marks.set(key, marks);
    this.#widen(projection);
  }

  /** Waits for what comes of all its keys, as long as these options allow. */
  join(options: CallOptions): Promise<Found<Value>> {
    let found = this.#waiting.get(options);
    if (!found) {
      found = this.call.join(options);
      // Whoever waits sees the failure, perhaps a moment after it.
      found.catch(() => undefined);
      this.#waiting.set(options, found);
    }
    return found;
  }

  /** Notes how long a reply was, and passes on what is known of it. */
  noteReply(onReply: ReadCall['onReply']): (reply: ReplyDetails) => void {
    return (reply) => {
      this.replyLength += reply.length;
      onReply?.(reply);
    };
  }

  /** Closes it, and says what it reads. */
  readonly seal: KeysToRead['seal'] = () => {
    this.#isSealed = true;
    return { keys: [...this.marks.keys()], projection: this.#projection };
  };

  /** Forgets who waited, after the end: V8 keeps what a map once held alive for a while, whole answers with it. */
  letGo(): void {
    this.#waiting.clear();
  }

  #unitedWith(projection: Projection): Projection {
    return projection === this.#latest ? this.#projection : union(this.#projection, projection);
  }

  #widen(projection: Projection): void {
    this.#projection = this.#unitedWith(projection);
    this.#latest = projection;
  }
}
