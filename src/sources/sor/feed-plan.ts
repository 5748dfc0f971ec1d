/** One value as the feed takes it (vendor's page: System of Record API, version 2). */
export interface FedValue {
  customer_id: string;
  /** Sent only where it is not a user: the vendor's own library sends it, and the vendor's page lacks it. */
  customer_id_type?: 'device_id';
  attribute_key: string;
  /** What `JSON.rawJSON` made is sent digit by digit; null removes. */
  attribute_value: string | number | boolean | object | null;
  /** Needed for sets, and for nothing else. */
  action_type?: 'ADD' | 'REMOVE' | 'DEL' | 'UPSERT';
}

/** What one change of a value takes: values that must be applied in this order. */
export type FedChange = readonly FedValue[];

/** Nobody documents how many values a call takes; this many are modest. */
export const MAX_VALUES = 500;

/** Spreads values over few calls. Of one customer and key they share a call only where their order is no matter. */
export class FeedPlan {
  readonly calls: FedValue[][] = [];
  /** By what values are about, the last call that has one. */
  readonly #last = new Map<string, number>();
  #firstWithRoom = 0;

  /** Adds one caller's changes; returns the calls that each needs. An overwritten one needs those of its successor. */
  add(changes: readonly FedChange[]): number[][] {
    const deciding = decidingChanges(changes);
    const used = changes.map((change, index) =>
      deciding[index] === index ? [...new Set(change.map((value) => this.#place(value)))].sort((a, b) => a - b) : [],
    );
    return deciding.map((index) => used[index] ?? []);
  }

  #place(value: FedValue): number {
    const key = keyOf(value);
    const member = memberOf(value);
    const waitsFor = member === undefined ? [`any ${key}`] : [`whole ${key}`, member];
    const earliest = Math.max(...waitsFor.map((name) => this.#last.get(name) ?? -1)) + 1;
    let call = Math.max(earliest, this.#firstWithRoom);
    while ((this.calls[call]?.length ?? 0) >= MAX_VALUES) call += 1;
    this.calls[call] ??= [];
    this.calls[call]?.push(value);
    while (this.calls[this.#firstWithRoom]?.length === MAX_VALUES) this.#firstWithRoom += 1;
    for (const name of [`any ${key}`, member ?? `whole ${key}`]) {
      this.#last.set(name, Math.max(call, this.#last.get(name) ?? 0));
    }
    return call;
  }
}

/** For each change the one that decides in its place: a later one that says the same member or the whole value anew, or itself. */
function decidingChanges(changes: readonly FedChange[]): number[] {
  const later = new Map<string, number>();
  const deciding: number[] = [];
  for (const [index, [first]] of [...changes.entries()].reverse()) {
    const key = first ? keyOf(first) : '';
    const subject = (first && memberOf(first)) ?? key;
    deciding[index] = later.get(key) ?? later.get(subject) ?? index;
    if (deciding[index] === index) later.set(subject, index);
  }
  return deciding;
}

function keyOf({ customer_id, customer_id_type, attribute_key }: FedValue): string {
  return JSON.stringify([customer_id, customer_id_type, attribute_key]);
}

/** What names the one member of a set that a value is about; undefined where it is about all that there is. */
function memberOf(value: FedValue): string | undefined {
  if (value.action_type !== 'ADD' && value.action_type !== 'REMOVE') return undefined;
  return `${keyOf(value)} ${value.attribute_value}`;
}
