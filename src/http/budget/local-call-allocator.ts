import type { Priority } from '../client/call-options.ts';
import { type AccountLimits, STRAGGLING_MS } from './account-limits.ts';
import { AccountWindows } from './account-windows.ts';
import type { CallAllocator, Reservation } from './call-allocator.ts';
import { rateNotice } from './rate-notice.ts';

/** The calls of this process, as if nobody else used the account, until the API's answers tell otherwise. */
export class LocalCallAllocator implements CallAllocator {
  readonly windows: AccountWindows;
  readonly #limits: AccountLimits;

  constructor(limits: AccountLimits) {
    this.windows = new AccountWindows(limits);
    this.#limits = limits;
  }

  take(priority: Priority): [Reservation] | number {
    const wait = this.windows.sentIn(1, priority, Number.POSITIVE_INFINITY);
    return wait > 0 ? wait : [this.#reserve()];
  }

  #reserve(): Reservation {
    const { windows } = this;
    const sentAt = performance.now();
    const by = windows.begin();
    return {
      settle: (answer) => {
        const notice = answer && rateNotice(answer, this.#limits);
        const word = notice && windows.wordOf(notice, sentAt);
        if (answer && notice?.kind !== 'crowded') windows.answered(sentAt);
        windows.log.end(by, performance.now() + (answer ? 0 : STRAGGLING_MS));
        if (word) windows.hear(word);
      },
      cancel: () => windows.log.cancel(by),
    };
  }
}
