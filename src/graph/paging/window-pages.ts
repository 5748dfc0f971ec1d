import { UpstreamError } from '../../http/client/upstream-error.ts';
import { type AnsweredPage, AnsweredPages, type IdOf, type Page, type PageAnswer } from './answered-pages.ts';
import { type PagePlan, planPages, type RowRange } from './page-plan.ts';
import type { PageSizes } from './page-sizes.ts';
import { idHashOf } from './window.ts';

/** Makes the one upstream call for a page. */
export type FetchPage<Row> = (page: Page) => Promise<PageAnswer<Row>>;

const PAGES_AT_ONCE = 4;

/**
 * Asks for the pages that one window is read from: for what is missing, until two answers show that the list ends
 * before it, and for the first page of a size where another one has more or fewer rows than it should.
 */
export class WindowPages<Row> extends AnsweredPages<Row> {
  /** How the API refused a page that it may not have. */
  refusal: UpstreamError | undefined;
  readonly #fetchPage: FetchPage<Row>;
  readonly #followed: number;
  /** The server's maximum where two answers show it. */
  #agreed = Number.POSITIVE_INFINITY;
  #hasAnswer = false;

  /** `followed` is the hash of the id of the row before the window; 0 where that is not known. */
  constructor(fetchPage: FetchPage<Row>, sizes: PageSizes, idOf: IdOf<Row>, followed = 0) {
    super(sizes, idOf);
    this.#followed = followed;
    this.#fetchPage = fetchPage;
  }

  /** One page, which costs no second call. */
  async ask(number: number, size: number): Promise<AnsweredPage<Row>> {
    const known = this.known(number, size);
    if (known) return known;
    const answer = await this.#fetchPage({ number, size }).catch((error: unknown) => {
      if (!isBehindEnd(error) || (!this.#hasAnswer && (number === 1 || error.failure !== 'rejected'))) throw error;
      this.refusal = error;
    });
    this.#hasAnswer ||= answer !== undefined;
    const { items, total } = answer ?? { items: [], total: undefined };
    return this.add({ number, size, items, total, isRefused: !answer });
  }

  /** Asks for what of a range has not come, a few pages at a time. */
  async fill(range: RowRange, backwards = false): Promise<void> {
    for (let asked = -1; asked < this.list.length; ) {
      asked = this.list.length;
      const most = Math.min(this.sizes.most, this.#agreed);
      if (asked > 0) this.honestCalls = Math.max(this.honestCalls, planPages(range, { least: 1, most }).pageCount);
      if (this.callsLeft <= 0) return;
      const doubt = this.#doubt();
      if (doubt) {
        await this.ask(doubt.number, doubt.size);
        this.#learn();
        continue;
      }
      const missing = this.missingOf(range, backwards);
      if (missing.size === 0) return;
      const { firstPage, pageCount, pageSize } = this.#planOf(missing);
      // After a first page that was short, one more shows whether it is the last.
      const count = Math.min(
        pageCount,
        (this.#shown ?? this.sizes.most) < this.sizes.most ? 1 : PAGES_AT_ONCE,
        this.callsLeft,
      );
      const from = backwards ? firstPage + pageCount - count : firstPage;
      await Promise.all(Array.from({ length: count }, (_, index) => this.ask(from + index, pageSize)));
      // A page that is refused is behind the end, if the list is there at all.
      if (!this.#hasAnswer) await this.ask(1, 1);
    }
  }

  /** The page that tells what another one means, if one is in doubt. */
  #doubt(): Page | undefined {
    const { most } = this.sizes;
    for (const { number, size, came, items, stride } of this.list) {
      // No window ends with the row that it follows: the page before it shows whether that is the last one.
      const isAgain =
        number > 1 && this.#followed > 0 && idHashOf(items.slice(-1).map(this.idOf)[0]) === this.#followed;
      if (isAgain && !this.known(number - 1, size)) return { number: number - 1, size };
      if (stride === undefined && !this.known(1, size)) return { number: 1, size };
      // A page at full size cannot be its own second answer.
      const full = size < most ? most : most - 1;
      const isSecond = (other: Page) => other.number === 1 && other.size !== size && other.size > came;
      const isShort = number === 1 && came > 0 && came < Math.min(size, this.reach, full);
      if (isShort && !this.list.some(isSecond)) return { number: 1, size: full };
    }
    return undefined;
  }

  /** Two first pages that are equally short show the server's maximum, if rows follow them. */
  #learn(): void {
    const short = this.list.filter(({ number, size, came }) => number === 1 && came > 0 && came < size);
    for (const { size, came } of short) {
      const agrees = short.some((other) => other.size !== size && other.came === came);
      if (!agrees || came >= this.reach) continue;
      this.#agreed = came;
      this.sizes.learn(came);
    }
  }

  /** Behind a short first page come pages of just its length: the server has pages of that length. */
  #planOf(missing: RowRange): PagePlan {
    const isKnown = ({ firstPage, pageCount, pageSize }: PagePlan) =>
      this.list.some(({ number, size }) => size === pageSize && number >= firstPage && number < firstPage + pageCount);
    const shown = this.#shown;
    const plan = shown && planPages(missing, { least: shown, most: shown, own: shown });
    return plan && !isKnown(plan) ? plan : planPages(missing, this.sizes, isKnown);
  }

  /** The largest page that is known to come whole, where a first page was short. */
  get #shown(): number | undefined {
    const isShort = this.list.some(({ number, size, came }) => number === 1 && came > 0 && came < size);
    return isShort ? Math.min(this.sizes.most, Math.max(...this.list.map(({ came }) => came))) : undefined;
  }
}

/** Whether an API answers in this way where it has no page: others are empty there. */
export function isBehindEnd(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError && (error.failure === 'rejected' || error.failure === 'badResponse');
}
