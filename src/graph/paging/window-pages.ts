import { UpstreamError } from '../../http/client/upstream-error.ts';
import { type AnsweredPage, AnsweredPages, type IdOf, type Page, type PageAnswer } from './answered-pages.ts';
import { type PagePlan, planPages, type RowRange } from './page-plan.ts';
import type { PageSizes } from './page-sizes.ts';
import { idHashOf } from './window.ts';

/** Makes the one upstream call for a page. */
export type FetchPage<Row> = (page: Page) => Promise<PageAnswer<Row>>;

/** No window costs more calls than this: one that would is shorter, and another window follows it. */
const MOST_CALLS = 9;

const PAGES_AT_ONCE = 4;

/**
 * Asks for the pages that one window is read from: for what is missing, until two answers show that the list ends
 * before it, and for page 1 where a later page of its size has more or fewer rows than it should.
 */
export class WindowPages<Row> extends AnsweredPages<Row> {
  /** How the API refused a page that it may not have. */
  refusal: UpstreamError | undefined;
  /** How many calls honest answers would take, as far as that is known. */
  honestCalls = 1;
  readonly #fetchPage: FetchPage<Row>;
  readonly #followed: number;
  #hasAnswer = false;

  /** `followed` is the hash of the id of the row before the window; 0 where that is not known. */
  constructor(fetchPage: FetchPage<Row>, sizes: PageSizes, idOf: IdOf<Row>, followed = 0) {
    super(sizes, idOf);
    this.#followed = followed;
    this.#fetchPage = fetchPage;
  }

  /** How many calls the window may still cost: in all, twice as many as with honest answers, and four. */
  get callsLeft(): number {
    return Math.min(MOST_CALLS, 2 * this.honestCalls + 4) - this.list.length;
  }

  /** One page, which costs no second call where it is known. */
  async ask(number: number, size: number): Promise<AnsweredPage<Row>> {
    return this.answers(number, size)[0] ?? (await this.#fetch(number, size, this.sizes.asked(size)));
  }

  async #fetch(number: number, size: number, asked: number): Promise<AnsweredPage<Row>> {
    const answer = await this.#fetchPage({ number, size: asked }).catch((error: unknown) => {
      if (!isBehindEnd(error) || (!this.#hasAnswer && (number === 1 || error.failure !== 'rejected'))) throw error;
      this.refusal = error;
    });
    this.#hasAnswer ||= answer !== undefined;
    return this.add({ number, size, isRefused: !answer }, answer ?? { items: [], total: undefined });
  }

  /** Asks for what of a range has not come, a few pages at a time. */
  async fill(range: RowRange, backwards = false): Promise<void> {
    for (let asked = -1; asked < this.list.length; ) {
      asked = this.list.length;
      const { pageCount } = planPages(range, { least: 1, most: this.#learnMost() });
      if (asked > 0) this.honestCalls = Math.max(this.honestCalls, pageCount);
      const doubt = this.#doubt();
      const missing = this.missingOf(range, backwards);
      if (this.callsLeft <= 0) return;
      if (doubt) await this.ask(doubt.number, doubt.size);
      else if (missing.size > 0 || asked === 0) await this.#askFor(missing, backwards);
    }
  }

  async #askFor(missing: RowRange, backwards: boolean): Promise<void> {
    const { pageSize, numbers } = this.#planOf(missing, backwards);
    // After a first page that was short, one more shows whether it is the last.
    const count = Math.min(numbers.length, this.shownSize === undefined ? PAGES_AT_ONCE : 1, this.callsLeft);
    const isUnasked = (number: number) => this.answers(number, pageSize).length < this.#mostTimes(pageSize);
    const chosen = backwards ? numbers.filter(isUnasked).slice(-count) : numbers.slice(0, count).filter(isUnasked);
    await Promise.all(
      chosen.map((number) => {
        const times = this.answers(number, pageSize).length;
        return this.#fetch(number, pageSize, this.sizes.asked(pageSize) - times);
      }),
    );
    // A page that is refused is behind the end, if the list is there at all.
    if (!this.#hasAnswer) await this.ask(1, pageSize);
  }

  /** Behind a short first page come pages of just its length: the API has pages of that length. */
  #planOf(missing: RowRange, backwards: boolean): { pageSize: number; numbers: number[] } {
    const numbersOf = ({ firstPage, pageCount }: PagePlan) =>
      Array.from({ length: pageCount }, (_, index) => firstPage + index);
    const unasked = (plan: PagePlan) =>
      numbersOf(plan).filter((number) => this.answers(number, plan.pageSize).length < this.#mostTimes(plan.pageSize));
    const { least, own } = this.sizes;
    // Backwards, of pages that the API is known to have those that have not come may be all that there are.
    const isUseless = (plan: PagePlan) =>
      unasked(plan).length < (backwards && plan.pageSize === own ? 1 : plan.pageCount);
    const most = Math.min(this.shownSize ?? this.sizes.most, this.sizes.most);
    const shown = this.shownSize && planPages(missing, { least: most, most, own: most });
    const plan = shown && !isUseless(shown) ? shown : planPages(missing, { least, most, own }, isUseless);
    return { pageSize: plan.pageSize, numbers: numbersOf(plan) };
  }

  /** A page of the API's smallest size comes also where fewer rows are asked for, which is another call. */
  #mostTimes(size: number): number {
    return size > 1 && size === this.sizes.least ? 2 : 1;
  }

  /** The page that tells what another one means, if one is in doubt. */
  #doubt(): Page | undefined {
    const { most } = this.sizes;
    for (const { number, size, came, items, start } of this.list) {
      // No window ends with the row that it follows: the page before it shows whether that is the last one.
      const isAgain =
        number > 1 && this.#followed > 0 && idHashOf(items.slice(-1).map(this.idOf)[0]) === this.#followed;
      if (isAgain && this.answers(number - 1, size).length === 0) return { number: number - 1, size };
      if (start === undefined && this.answers(1, size).length === 0) return { number: 1, size };
      // A page at full size cannot be its own second answer.
      const full = size < most ? most : most - 1;
      const isSecond = (other: Page) => other.number === 1 && other.size !== size && other.size > came;
      const isShort = number === 1 && came > 0 && came < Math.min(size, this.reach, full);
      if (isShort && !this.list.some(isSecond)) return { number: 1, size: full };
    }
    return undefined;
  }

  /** The API's largest page: two first pages that are equally short show it, if rows follow them. */
  #learnMost(): number {
    const short = this.list.filter(({ number, size, came }) => number === 1 && came > 0 && came < size);
    const isAgreed = ({ size, came }: AnsweredPage<Row>) =>
      came < this.reach && short.some((other) => other.size !== size && other.came === came);
    const agreed = short.find(isAgreed)?.came ?? Number.POSITIVE_INFINITY;
    this.sizes.learn(agreed);
    return Math.min(this.sizes.most, agreed);
  }
}

/** Whether an API answers in this way where it has no page: others are empty there. */
export function isBehindEnd(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError && (error.failure === 'rejected' || error.failure === 'badResponse');
}
