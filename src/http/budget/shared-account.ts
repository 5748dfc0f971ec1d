import { type AccountLimits, SPANS } from './account-limits.ts';
import { AccountWindows, type Word } from './account-windows.ts';
import { OwnCalls } from './own-calls.ts';
import type { RateNotice } from './rate-notice.ts';
import { limitsOf, portionOf } from './share.ts';
import type { Report, SharedState } from './shared-log.ts';

/** A shared account as one replica knows it: what the log said last, and what this replica did itself. */
export class SharedAccount {
  readonly own: OwnCalls;
  /** The rules, over the calls of all replicas. */
  readonly whole: AccountWindows;
  readonly #limits: AccountLimits;
  readonly #parts: number;
  #state: SharedState | undefined;
  /** By when the API has counted the calls of the others. */
  #others: number[] = [];
  #seenAt = Number.NEGATIVE_INFINITY;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  /** What answers said, to be understood when all calls are known that were sent before them. */
  #notices: { notice: RateNotice; sentAt: number }[] = [];
  #words: string[] = [];

  /** `parts` is how many replicas there may be; `keepMs` is how long the log remembers calls. */
  constructor(limits: AccountLimits, parts: number, keepMs: number) {
    this.#limits = limits;
    this.#parts = parts;
    this.own = new OwnCalls(keepMs);
    this.whole = new AccountWindows(limits);
  }

  /** The log as it was last seen. */
  get state(): SharedState | undefined {
    return this.#state;
  }

  /** When that was, in milliseconds of `performance.now()`. */
  get seenAt(): number {
    return this.#seenAt;
  }

  /** Whether other replicas have called lately. */
  get hasOthers(): boolean {
    return this.#others.length > 0;
  }

  /** Whether there is something to tell the others. */
  get hasWords(): boolean {
    return this.#words.length > 0;
  }

  /** What to report: what the log does not know yet, or all of it. */
  report(isWhole: boolean): Omit<Report, 'wanted' | 'ready'> {
    const pausedMs = this.#pausedUntil - performance.now();
    if (isWhole && pausedMs > 0) this.#tell({ kind: 'pause', ms: pausedMs });
    const { told: heard = 0, begun = 0, since = 0 } = this.#state ?? {};
    const words = this.#words;
    this.#words = [];
    return { ...this.own.report(isWhole), words, heard, begun, since };
  }

  /** Takes over what the log has; calls of this replica are as it knows them itself. Returns whether the log is another one. */
  see(state: SharedState): boolean {
    const now = performance.now();
    const isNewLog = state.since !== this.#state?.since;
    // Two questions that are under way at once bring the same words.
    const unheard = state.told - (isNewLog ? 0 : (this.#state?.told ?? 0));
    this.#state = state;
    this.#seenAt = now;
    this.#others = state.calls.filter(([id]) => !this.own.isOwn(id)).map(([, ageMs]) => now - ageMs);
    const underWay = this.#others.filter((counted) => counted > now).length + this.own.underWay;
    this.whole.log.replace([...this.#others, ...this.own.counted], underWay);
    this.whole.sentAt(now - state.sentAgo);
    for (const [text, ageMs] of unheard > 0 ? state.words.slice(-unheard) : []) {
      const { from, word } = JSON.parse(text) as { from: string; word: Word };
      if (from !== this.own.replica) this.#hear('ms' in word ? { ...word, ms: word.ms - ageMs } : word, true);
    }
    for (const { notice, sentAt } of this.#notices.splice(0)) {
      const word = this.whole.wordOf(notice, sentAt);
      if (word) this.#tell(word);
    }
    return isNewLog;
  }

  /** An answer to a call that was sent then says something about the account. */
  learn(notice: RateNotice, sentAt: number): void {
    if (notice.kind === 'left') this.#notices.push({ notice, sentAt });
    else if (notice.kind === 'pause') this.#tell(notice);
    else this.#tell({ kind: 'crowded', underWay: this.whole.log.underWay });
  }

  /** What this replica may do alone: its part of what was left when the log was last seen. */
  part(): AccountWindows {
    const now = performance.now();
    const part = new AccountWindows(limitsOf(this.#limits, this.#parts));
    const { spans = SPANS, perSecond } = this.#limits;
    // What others may have sent since, as far as the limits let them.
    const seconds = this.#state && this.#parts > 1 ? Math.ceil((now - this.#seenAt) / spans.secondMs) : 0;
    const unseen = Array<number>(Math.min(this.whole.room().minuteLeft, seconds * perSecond)).fill(now);
    part.log.replace(portionOf([...this.#others, ...this.own.counted, ...unseen], this.#parts), this.own.underWay);
    part.hear({ kind: 'pause', ms: this.#pausedUntil - now });
    return part;
  }

  /** Heeds it here, and tells the others with the next report. */
  #tell(word: Word): void {
    this.#hear(word);
    this.#words.push(JSON.stringify({ from: this.own.replica, word }));
  }

  #hear(word: Word, fromElsewhere = false): void {
    if (word.kind === 'pause') this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + word.ms);
    this.whole.hear(word, fromElsewhere);
  }
}
