import { UpstreamError } from '../../http/client/upstream-error.ts';
import { type AnsweredPage, AnsweredPages, type IdOf, type Page, type PageAnswer } from './answered-pages.ts';
import { type PagePlan, type PageSizes, planPages, type RowRange } from './page-sizes.ts';
import { idHashOf, type SeenList } from './window.ts';

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
  /** The hash of the id of the row before the window; 0 where that is not known. */
  readonly #followed: number;
  /** Whether its window knew how many rows there are. */
  readonly #isCounted: boolean;
  /** Whether any answer was no refusal. */
  #hasAnswer = false;

  /** `seen` is what the window has shown that this one follows. */
  constructor(fetchPage: FetchPage<Row>, sizes: PageSizes, idOf: IdOf<Row>, seen: SeenList | undefined) {
    super(sizes, idOf);
    this.#fetchPage = fetchPage;
    this.#followed = seen?.idHash ?? 0;
    this.#isCounted = (seen?.total ?? 0) > 0;
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
      if (!isBehindEnd(error) || (!this.#hasAnswer && number === 1)) throw error;
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
      this.honestCalls = Math.max(this.honestCalls, pageCount);
      const doubt = this.#doubt();
      const missing = this.missingOf(range, backwards);
      if (this.callsLeft <= 0) return;
      const hasNone = this.rowsOf(range, backwards).rows.length === 0 && range.offset < (this.end ?? 0);
      // Whatever other pages are, page 1 begins the list.
      if (hasNone && this.callsLeft === 1) await this.ask(1, this.sizes.most);
      else if (doubt) await this.ask(doubt.number, doubt.size);
      else if (missing.size > 0 || asked === 0) {
        const failure = await this.#askFor(missing, backwards);
        if (failure !== undefined) return this.#askAcross(range, backwards, failure);
      }
    }
  }

  /** Returns why a page failed, if one did. */
  async #askFor(missing: RowRange, backwards: boolean): Promise<unknown> {
    const { sizes, shownSize } = this;
    const { least, own } = sizes;
    const timesAsked = (number: number, size: number) => this.answers(number, size).length;
    // A page of the API's smallest size comes also where other numbers of rows are asked for, which is another call.
    const isUnasked = (number: number, size: number) => timesAsked(number, size) < (size > 1 && size === least ? 2 : 1);
    const unasked = ({ firstPage, pageCount, pageSize }: PagePlan, most = pageCount) =>
      Array.from({ length: most }, (_, index) => firstPage + index).filter((number) => isUnasked(number, pageSize));
    // Backwards, of pages that the API is known to have those that have not come may be all that there are.
    const isUseless = (plan: PagePlan) =>
      unasked(plan).length < (backwards && plan.pageSize === own ? 1 : plan.pageCount);
    // Behind a short first page come pages of just its length: the API has pages of that length.
    const most = Math.min(shownSize ?? sizes.most, sizes.most);
    const plan = planPages(missing, { least, most, own: shownSize ?? own }, isUseless);
    const { pageSize, pageCount } = plan;
    // After a page that was short, one more shows whether it is the last.
    const mayBeLast = this.list.some(({ number, size, came }) => came < size && (number === 1 || !backwards));
    const count = Math.min(pageCount, mayBeLast ? 1 : PAGES_AT_ONCE, this.callsLeft);
    const numbers = backwards ? unasked(plan).slice(-count) : unasked(plan, count);
    const pages = await Promise.allSettled(
      numbers.map((number) => this.#fetch(number, pageSize, sizes.asked(pageSize, timesAsked(number, pageSize)))),
    );
    const failed = pages.find((page) => page.status === 'rejected');
    // A page that is refused is behind the end, if the list is there at all.
    if (!failed && !this.#hasAnswer) await this.ask(1, pageSize);
    return failed?.reason;
  }

  /**
   * After a page that failed, as some APIs do behind their end. Where nobody is sure that it has rows, one that has the row
   * before them as well shows whether the list ends there. Throws the failure of rows that are known to be there.
   */
  async #askAcross(range: RowRange, backwards: boolean, failure: unknown): Promise<void> {
    const { offset: at, size } = this.missingOf(range, backwards);
    if (size === 0) return;
    const isSure = this.#hasAnswer ? (this.end ?? 0) > at && !this.lacks(at) : this.#followed === 0 || this.#isCounted;
    if (isSure || at === 0 || !isOfItsPage(failure)) throw failure;
    const isKnown = ({ firstPage, pageSize }: PagePlan) => this.answers(firstPage, pageSize).length > 0;
    const { firstPage, pageSize } = planPages({ offset: at - 1, size: 2 }, this.sizes, isKnown);
    const page = await this.ask(firstPage, pageSize).catch(() => undefined);
    const [before] = this.rowsOf({ offset: at - 1, size: 1 }).rows;
    const last = page && page.came < pageSize ? idHashOf(page.items.slice(-1).map(this.idOf)[0]) : 0;
    if (last !== 0 && last === (before === undefined ? this.#followed : idHashOf(this.idOf(before))))
      this.shownEnd = at;
    else if (this.rowsOf(range, backwards).rows.length === 0) throw failure;
  }

  /** The page that tells what another one means, if one is in doubt. */
  #doubt(): Page | undefined {
    const { most } = this.sizes;
    for (const { number, size, came, items, start, total = Number.POSITIVE_INFINITY } of this.list) {
      // Rows that a page has too many are its own, unless the next one has them as well.
      if (number === 1 && came > size && came < total && this.sizes.overlap === undefined) {
        const [next] = this.answers(2, size);
        if (!next) return { number: 2, size };
        const excess = items.slice(size).map(this.idOf);
        this.noteOverlap(next.items.some((row) => excess.includes(this.idOf(row))));
      }
      // No window ends with the row that it follows: the page before it shows whether that is the last one.
      const isAgain =
        number > 1 && this.#followed > 0 && idHashOf(items.slice(-1).map(this.idOf)[0]) === this.#followed;
      // Nor does a row that is listed twice: another one follows it, or none.
      const [next] = size === 1 ? this.answers(number + 1, size) : [];
      if (isAgain && size === 1 && !next) return { number: number + 1, size };
      const mayBeLast = isAgain && (!next || next.came > next.items.length);
      if (mayBeLast && this.answers(number - 1, size).length === 0) return { number: number - 1, size };
      if (!Number.isFinite(start) && this.answers(1, size).length === 0) return { number: 1, size };
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

/** Whether an answer came that may be about its page alone: the API failed over it, or it cannot be read. */
function isOfItsPage(error: unknown): boolean {
  if (!(error instanceof UpstreamError)) return false;
  return error.failure === 'badResponse' || (error.failure === 'unavailable' && (error.status ?? 0) >= 500);
}

/**
 * Whether an API answers in this way where it has no page: others are empty there. An answer that cannot be read says
 * nothing of where a list ends.
 */
function isBehindEnd(error: unknown): error is UpstreamError {
  return error instanceof UpstreamError && error.failure === 'rejected';
}
