import type { Pressure } from '../budget/budget.ts';
import type { AnswerCache, CachedRead } from '../cache/answer-cache.ts';
import { type CallOptions, type SharedCallOptions, withCallOptions } from '../client/call-options.ts';
import type { ApiCallStatistics } from '../client/call-statistics.ts';
import type { JsonClient } from '../client/json-client.ts';
import type { LookupSource } from './lookup-source.ts';
import { Lookups } from './lookups.ts';
import { covers, type Projection } from './projection.ts';
import { readThrough, refreshing } from './read-through.ts';
import { SharedCall } from './shared-call.ts';

/** A GET whose answer others may share. Two of the same question and projection have the same path. */
export interface SharedRead<Value> extends CachedRead {
  readonly route: string;
  readonly path: string;
  readonly mayBeMissing?: boolean;
  /** Makes of the answer what is wanted, once for all; throws for one that is not what the route promises. */
  accept(answer: unknown): Value;
}

/**
 * A read under way. Holds nothing of the operation that began it: V8 keeps what a map once held alive for a while,
 * whole answers with it.
 */
interface Flight {
  readonly projection: Projection;
  readonly tags: readonly string[];
  readonly call: SharedCall<unknown>;
  readonly isBackground: boolean;
}

/** What reads with one credential share, beside the client itself. */
export interface SharedReadsOptions {
  /** None where nothing is to be kept. */
  cache?: AnswerCache | undefined;
  /** How scarce calls are; always plenty unless given. */
  pressure?: (() => Pressure) | undefined;
}

/**
 * Reads of one API with one credential, over all operations: the same question in flight is asked once, a wider
 * answer serves a narrower question, and what was read a moment ago is not read again. Answers are shared: whoever
 * gets one must leave it as it is.
 */
export class SharedReads {
  readonly client: JsonClient;
  readonly cache: AnswerCache | undefined;
  readonly pressure: () => Pressure;
  readonly #flights = new Map<string, Flight[]>();
  readonly #lookups = new Map<string, Lookups<unknown>>();

  constructor(client: JsonClient, { cache, pressure = () => 'none' }: SharedReadsOptions = {}) {
    this.client = client;
    this.cache = cache;
    this.pressure = pressure;
  }

  /** The answer, from where it costs least. Throws `UpstreamError`. */
  read<Value>(read: SharedRead<Value>, callOptions: CallOptions): Promise<Value> {
    return readThrough<Value>({
      cache: this.cache,
      read: () => read,
      callOptions,
      statistics: this.statisticsOf(callOptions),
      // Equal questions are of one route, and so accepted alike.
      join: () => this.#flightFor(read, callOptions)?.call.join(callOptions) as Promise<Value> | undefined,
      fetch: (marks) => this.#fetch(read, callOptions, marks),
      refresh: (marks) => this.#refresh(read, marks),
    });
  }

  /** The lookups of a kind of row, the same ones for all operations; the first to ask names their source. */
  lookups<Row>(name: string, source: () => LookupSource<Row>): Lookups<Row> {
    let lookups = this.#lookups.get(name);
    if (!lookups) {
      lookups = new Lookups<unknown>(name, source(), this);
      this.#lookups.set(name, lookups);
    }
    // A name stands for one kind of row.
    return lookups as Lookups<Row>;
  }

  /** Behind a write: nothing that was asked before it is given to those who ask from now on. */
  async forget(tags: readonly string[]): Promise<void> {
    this.#leaveBehind(tags);
    await this.cache?.forget(tags);
  }

  /** Behind a write that is carried out some time within `ms`: until then nothing it may change is kept. */
  async settle(tags: readonly string[], ms: number): Promise<void> {
    this.#leaveBehind(tags);
    await this.cache?.settle(tags, ms);
  }

  /** For calls that several wait for. One that is not sent waits for its turn only while calls are scarce: else to log in. */
  sharing(route: string): SharedCallOptions {
    const { api, overdue } = this.client.sharing(route);
    return {
      api,
      overdue: (startedAt, hadItsTurn) => overdue(startedAt, hadItsTurn || this.pressure() !== 'waiting'),
    };
  }

  /** The counts of whoever waits, if anybody counts. */
  statisticsOf({ statistics }: CallOptions): ApiCallStatistics | undefined {
    return statistics?.of(this.client.api);
  }

  #flightFor({ question, projection }: CachedRead, { priority }: CallOptions): Flight | undefined {
    return this.#flights.get(question)?.find(
      ({ projection: wide, call, isBackground }) =>
        !call.isOver &&
        covers(wide, projection) &&
        // What nobody waits for may wait long for its turn.
        (!isBackground || call.hadItsTurn || priority === 'background'),
    );
  }

  #refresh(read: SharedRead<unknown>, marks: readonly string[]): void {
    if (this.#flights.has(read.question)) return;
    // Who asks when the answer is too old will see the failure.
    this.#fetch(read, refreshing(), marks).catch(() => undefined);
  }

  #fetch<Value>(read: SharedRead<Value>, callOptions: CallOptions, marks: readonly string[]): Promise<Value> {
    const { client } = this;
    const { route, path, question, projection, tags, mayBeMissing = false } = read;
    const call = new SharedCall<Value>(this.sharing(route));
    // A flight is joined by its own question alone, which wants this very value.
    const shared = call as unknown as SharedCall<unknown>;
    const isBackground = callOptions.priority === 'background';
    const flight: Flight = { projection, tags, call: shared, isBackground };
    this.#flights.set(question, [...(this.#flights.get(question) ?? []), flight]);

    const land = () => this.#keepFlights(question, (other) => other !== flight);

    const result = call.join(callOptions);
    call.run(async (together) => {
      let length = 0;
      const onLength = (characters: number) => {
        length = characters;
      };
      try {
        const answer = await client.get(withCallOptions({ route, path, mayBeMissing, onLength }, together));
        const value = read.accept(answer);
        this.cache?.keep(read, value, marks, length);
        return value;
      } finally {
        land();
      }
    });
    // Whoever asked may have left before.
    if (call.isOver) land();
    return result;
  }

  #leaveBehind(tags: readonly string[]): void {
    const isOther = (flight: Flight) => !flight.tags.some((tag) => tags.includes(tag));
    for (const question of this.#flights.keys()) this.#keepFlights(question, isOther);
    for (const lookups of this.#lookups.values()) lookups.leaveBehind(tags);
  }

  #keepFlights(question: string, isKept: (flight: Flight) => boolean): void {
    const kept = this.#flights.get(question)?.filter(isKept) ?? [];
    if (kept.length > 0) this.#flights.set(question, kept);
    else this.#flights.delete(question);
  }
}
