import { PageSizeLimits } from './page-size-limits.ts';

/** What is known of the page sizes that each upstream list serves, from its first window on. */
export class PageSizes {
  readonly #lists = new Map<string, PageSizeLimits>();

  /** The limits of one list; `configured` is the largest page ever asked of it. */
  of(list: string, configured: number): PageSizeLimits {
    let limits = this.#lists.get(list);
    if (!limits) {
      limits = new PageSizeLimits(configured);
      this.#lists.set(list, limits);
    }
    return limits;
  }
}
