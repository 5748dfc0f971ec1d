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

/** What one change takes: groups of values, each of which must have gone out before the next one does. */
export type FedChange = readonly (readonly FedValue[])[];

/** Nobody documents how many values a call takes; this many are modest. */
export const MAX_VALUES = 500;

/**
 * Spreads values over as few calls as can be. Several changes of one customer and key go in successive calls, because
 * nobody documents in which order a call applies its values.
 */
export class FeedPlan {
  readonly calls: FedValue[][] = [];
  /** The call that a customer's key must wait for. */
  readonly #last = new Map<string, number>();
  #firstWithRoom = 0;

  /** Places one change after all that were added before; returns the calls it needs, ascending. */
  add(change: FedChange): number[] {
    const used: number[] = [];
    for (const group of change) {
      const placed = group.map((value) => [nameOf(value), this.#place(value)] as const);
      for (const [name, call] of placed) {
        this.#last.set(name, Math.max(call, this.#last.get(name) ?? 0));
        used.push(call);
      }
    }
    return [...new Set(used)].sort((a, b) => a - b);
  }

  #place(value: FedValue): number {
    const earliest = (this.#last.get(nameOf(value)) ?? -1) + 1;
    let call = Math.max(earliest, this.#firstWithRoom);
    while ((this.calls[call]?.length ?? 0) >= MAX_VALUES) call += 1;
    this.calls[call] ??= [];
    this.calls[call]?.push(value);
    while (this.calls[this.#firstWithRoom]?.length === MAX_VALUES) this.#firstWithRoom += 1;
    return call;
  }
}

function nameOf({ customer_id, customer_id_type, attribute_key }: FedValue): string {
  return JSON.stringify([customer_id, customer_id_type, attribute_key]);
}
