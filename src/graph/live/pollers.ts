import { EventEmitter, on } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import type { Served } from '../../http/reads/operation.ts';
import type { Hood } from '../../sources/hood/hood.ts';
import type { Sor } from '../../sources/sor/sor.ts';

/** The shortest time between two polls, and how many times as long it gets while calls are scarce. */
const EVERY_MS = 5_000;
const LONGEST = 6;

/** So much of what was read comes again with the next poll, in milliseconds: nobody documents how late a change may appear. */
export const OVERLAP_MS = 5_000;

/** So many polls that found nothing new make a pause, whatever is left to read. */
const MOST_IDLE = 3;

/** The APIs, for one poll. */
export interface PolledApis {
  hood: Hood;
  sor: Sor;
}

/** What a poll has found. */
export interface Found<Event> {
  events: readonly Event[];
  /** Whether nothing more will come. */
  isOver?: boolean;
  /** Whether there is more to read: then the next poll is at once, unless several have found nothing new. */
  isUnfinished?: boolean;
}

/** What is asked again and again. */
export interface Question<Event> {
  /** Equal for all who may have the same events: field, arguments and what is read. */
  key: string;
  /** The API that is asked. */
  api: 'HOOD' | 'SOR';
  /** Whether each event is a whole state: one that differs in nothing is left out, and whoever comes later begins with the last. */
  isState: boolean;
  /** Returns what makes one poll; it may remember what it has seen. */
  begin(): (apis: PolledApis) => Promise<Found<Event>>;
}

export interface PollersOptions {
  /** The APIs for one poll, whose calls end with the signal; `serves` tells who follows. */
  apisFor: (signal: AbortSignal, serves: () => readonly Served[]) => PolledApis;
  /** How much of the account's limit is left at an API, from 0 to 1. */
  leftAt: (api: string) => number;
  /** Resolves at the next moment that is a multiple of `everyMs`; rejects when the signal is aborted. */
  nextMoment: (everyMs: number, signal: AbortSignal) => Promise<void>;
}

/** One question, and those who follow it. */
class Poller extends EventEmitter {
  readonly followers = new Set<Served>();
  readonly ending = new AbortController();
  latest: unknown;
  /** Of its last poll, if that failed. */
  failure: Error | undefined;
}

/**
 * Asks each question once for all who follow it, all at the same moments so that look-ups share calls: every 5 s while
 * half of an account's calls are left, and less often with fewer, down to every 30 s.
 */
export class Pollers {
  readonly #options: PollersOptions;
  readonly #pollers = new Map<string, Poller>();

  constructor(options: PollersOptions) {
    this.#options = options;
  }

  /** The events of a question until `signal`, and the first of failures in a row. Polls call for `operation`. */
  follow<Event>(question: Question<Event>, signal: AbortSignal, operation?: object): AsyncGenerator<Event | Error> {
    if (signal.aborted) return eventsOf([], [], signal);
    const follower = { operation, since: performance.now() };
    const known = this.#pollers.get(question.key);
    const poller = known ?? new Poller().setMaxListeners(0);
    poller.followers.add(follower);
    if (!known) {
      this.#pollers.set(question.key, poller);
      // The first poll begins at once.
      void this.#run(question, poller);
    }
    const next = on(poller, 'event', { signal, close: ['over'] });
    signal.addEventListener('abort', () => {
      poller.followers.delete(follower);
      if (poller.followers.size === 0) this.#end(question.key, poller);
    });
    const { latest } = poller;
    const last = (question.isState || poller.failure) && latest !== undefined ? [latest as Event | Error] : [];
    return eventsOf(last, next, signal);
  }

  #end(key: string, poller: Poller): void {
    if (this.#pollers.get(key) === poller) this.#pollers.delete(key);
    poller.ending.abort();
  }

  async #run({ key, api, isState, begin }: Question<unknown>, poller: Poller): Promise<void> {
    const { apisFor, leftAt, nextMoment } = this.#options;
    const { signal } = poller.ending;
    const serves = () => [...poller.followers];
    const poll = begin();
    let idle = 0;
    while (!signal.aborted) {
      const found: Found<unknown> & { failure?: Error } = await Promise.try(() => poll(apisFor(signal, serves))).catch(
        (failure: Error) => ({ failure, events: poller.failure ? [] : [failure] }),
      );
      const { events, isOver, isUnfinished } = found;
      poller.failure = found.failure;
      for (const event of events) {
        if (isState && isDeepStrictEqual(event, poller.latest)) continue;
        poller.latest = event;
        poller.emit('event', event);
      }
      if (isOver) {
        poller.emit('over');
        return this.#end(key, poller);
      }
      idle = events.length > 0 ? 0 : idle + 1;
      if (isUnfinished && idle < MOST_IDLE) continue;
      const longer = Math.min(LONGEST, Math.max(1, Math.floor(1 / leftAt(api))));
      await nextMoment(EVERY_MS * longer, signal).catch(() => {});
    }
  }
}

async function* eventsOf<Event>(
  last: readonly Event[],
  next: AsyncIterable<Event[]> | Iterable<Event[]>,
  signal: AbortSignal,
): AsyncGenerator<Event> {
  yield* last;
  try {
    for await (const events of next) yield* events;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
