import type { Priority } from '../client/call-options.ts';
import { type AccountLimits, STRAGGLING_MS } from './account-limits.ts';
import { AccountWindows } from './account-windows.ts';
import type { AccountRoom, CallAllocator, Reservation } from './call-allocator.ts';
import { rateNotice } from './rate-notice.ts';

/** The calls of this process, as if nobody else used the account, until the API's answers tell otherwise. */
export class LocalCallAllocator implements CallAllocator {
  readonly #limits: AccountLimits;
  readonly #windows: AccountWindows;

  constructor(limits: AccountLimits) {
    this.#limits = limits;
    this.#windows = new AccountWindows(limits);
  }

  take(priority: Priority): Reservation | number {
    const wait = this.sentIn(1, priority, Number.POSITIVE_INFINITY);
    return wait > 0 ? wait : this.#reserve();
  }

  sentIn(nth: number, priority: Priority, answerMs: number): number {
    return this.#windows.readyAt(nth, priority, answerMs) - performance.now();
  }

  room(): AccountRoom {
    return this.#windows.room();
  }

  #reserve(): Reservation {
    const windows = this.#windows;
    const sentAt = performance.now();
    const { era } = windows;
    const by = windows.begin();
    return {
      settle: (answer) => {
        const notice = answer && rateNotice(answer, this.#limits);
        const word = notice && windows.wordOf(notice, sentAt);
        if (answer) windows.answered(era, notice);
        windows.log.end(by, performance.now() + (answer ? 0 : STRAGGLING_MS));
        if (word) windows.hear(word);
      },
      cancel: () => windows.log.cancel(by),
    };
  }
}
