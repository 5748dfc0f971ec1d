import { type AnsweredPage, type IdOf, startOf, type WindowPages } from './window-pages.ts';

/**
 * Asks what the first page with too few rows means, if there is one: a server with a smaller page maximum than it was
 * asked for, the end of the list, or one odd answer. Only two answers that agree show a maximum. A page proves nothing
 * where others with as many rows as it should have came within ten minutes.
 */
export async function explainShortPage<Row>(pages: WindowPages<Row>, idOf: IdOf<Row>): Promise<void> {
  const page = pages.list.find((page) => isDoubtful(page, pages));
  if (page === undefined || pages.callsLeft < 2) return;
  const explain = page.number === 1 ? maximumBehindFirst : maximumBehindLater;
  const maximum = await explain(page, pages, idOf);
  if (maximum !== undefined) pages.adopt(maximum);
}

function isDoubtful(page: AnsweredPage<unknown>, { list, maximum }: WindowPages<unknown>): boolean {
  const { number, served, items } = page;
  if (items.length >= served || maximum.hasServed(served)) return false;
  if (isShort(page)) return true;
  // As many rows as the total leaves may also be a whole page of a server with a smaller maximum.
  const isNextEmpty = list.some((next) => next.number === number + 1 && next.items.length === 0);
  return number > 1 && items.length > 0 && !isNextEmpty;
}

/** Whether a page has fewer rows than its total leaves for it; an empty one without a total is behind the end. */
function isShort(page: AnsweredPage<unknown>): boolean {
  const { items, total } = page;
  const left = total === undefined ? -1 : total - startOf(page);
  return left < items.length ? items.length > 0 : items.length < left;
}

/** A first page is clamped if the page behind it has other rows, and the first page at full size is as short. */
async function maximumBehindFirst<Row>(page: AnsweredPage<Row>, pages: WindowPages<Row>, idOf: IdOf<Row>) {
  const { length } = page.items;
  const { largest } = pages.maximum;
  // A page at full size is no second answer beside itself.
  const otherSize = page.size < largest ? largest : Math.max(length, largest - 1);
  if (length === 0) {
    await pages.ask(1, otherSize);
    return undefined;
  }
  const next = await pages.ask(2, length);
  const came = next.items.length;
  pages.dropRepeats(idOf);
  const isRepeated = next.items.length === 0;
  // The page behind it is empty, or the same again: the list has no more.
  const isAll = isRepeated && (came === 0 || came === length);
  if (!isAll && (await pages.ask(1, otherSize)).items.length !== length) return undefined;
  if (!isRepeated) return length;
  pages.provenEnd = length;
  return undefined;
}

/** A later page is clamped if the first one is shorter too, and asking with that length brings the same rows. */
async function maximumBehindLater<Row>(page: AnsweredPage<Row>, pages: WindowPages<Row>, idOf: IdOf<Row>) {
  // A page that may just be the last one needs no more than a first page of its own size.
  const size = isShort(page) ? pages.maximum.largest : page.size;
  const { length } = (await pages.ask(1, size)).items;
  if (page.items.length === 0 && length > 0 && length < size) pages.ownSize = length;
  if (page.items.length === 0 || length >= page.size) return undefined;
  const same = length === 0 ? page : await pages.ask(page.number, length);
  const isSame =
    same !== page &&
    same.items.length === page.items.length &&
    same.items.every((row, index) => idOf(row) === idOf(page.items[index] as Row));
  if (isSame) return length;
  // One of these answers is odd. If it is not the page's, nobody knows where its rows stand.
  for (const other of pages.list) if (other.number > 1 && other.size === page.size) other.items = [];
  return undefined;
}
