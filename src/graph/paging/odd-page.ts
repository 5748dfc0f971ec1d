import type { AnsweredPage, WindowPages } from './window-pages.ts';

/**
 * Asks what the first page that has another length than it should means, if there is one: a server with page sizes of
 * its own, the end of the list, or one odd answer. The first page of the same size tells; only two answers that agree
 * show a maximum. A first page proves nothing where others with as many rows as it should have came within ten minutes.
 */
export async function explainOddPage<Row>(pages: WindowPages<Row>): Promise<void> {
  const page = pages.list.find((page) => isDoubtful(page, pages));
  if (page === undefined || pages.callsLeft < 2) return;
  const explain = page.number === 1 ? explainFirst : explainLater;
  await explain(page, pages, page.items);
}

function isDoubtful<Row>(page: AnsweredPage<Row>, pages: WindowPages<Row>): boolean {
  const { number, size, came, items, total } = page;
  if (number > 1 && came > size) return true;
  const served = pages.servedFor(page);
  if (items.length >= served) return false;
  const left = total === undefined ? 0 : total - pages.startOf(page);
  // Its rows may be from elsewhere. Where none came, a first page as small beside it, or another page as small, tells enough.
  const isFirstKnown = pages.list.some((other) => other.number === 1 && other.size <= size);
  const mayBeElsewhere = items.length > 0 ? number > 1 : !isFirstKnown && size < pages.maximum.smallest;
  if (items.length < left && mayBeElsewhere) return true;
  if (served <= pages.maximum.served) return false;
  if (items.length === 0) return left > 0;
  // As many rows as the total leaves may also be a whole page of a server with a smaller maximum.
  const isNextEmpty = pages.list.some((next) => next.number === number + 1 && next.items.length === 0);
  return items.length !== left || (number > 1 && !isNextEmpty);
}

/** A first page is clamped if the page after it has other rows, and the first page at full size is as short. */
async function explainFirst<Row>({ size }: AnsweredPage<Row>, pages: WindowPages<Row>, { length }: Row[]) {
  const next = length > 0 ? await pages.ask(2, length) : undefined;
  // After its end a list has nothing, or the same rows again.
  if (next?.items.length === 0 && (next.came === 0 || next.came === length)) {
    pages.provenEnd = length;
    return;
  }
  const { largest } = pages.maximum;
  // A page at full size cannot be its own second answer.
  const again = await pages.ask(1, size < largest ? largest : Math.max(length, largest - 1));
  if (next && again.items.length === length) pages.adopt(length);
}

/** The first page says which size a later one has; that of a shorter one is believed if it brings the same rows. */
async function explainLater<Row>({ number, size }: AnsweredPage<Row>, pages: WindowPages<Row>, items: Row[]) {
  const own = (await pages.ask(1, size)).came;
  if (own >= size || own === 0 || items.length === 0) return;
  const again = await pages.ask(number, own);
  if (String(again.items.map(pages.idOf)) === String(items.map(pages.idOf))) return pages.adopt(own);
  // One of these answers is odd. If it is not the page's, nobody knows where its rows stand.
  for (const other of pages.list) if (other.number > 1 && other.size === size) other.items = [];
}
