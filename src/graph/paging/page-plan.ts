/** A run of rows of a list: [offset, offset + size). */
export interface RowRange {
  offset: number;
  size: number;
}

/** Consecutive upstream pages of one size; pages count from 1. */
export interface PagePlan {
  firstPage: number;
  pageCount: number;
  pageSize: number;
}

/** Which page sizes are worth asking for. */
export interface UsefulSizes {
  least: number;
  most: number;
  /** One that the server is known to serve just so, whatever else it is asked for. */
  own?: number | undefined;
}

/**
 * The pages of `least` to `most` rows (at least 1) that cover a range with the fewest calls, and among those the fewest
 * rows: one page of the smallest size that holds it all wherever there is one. They are pages of the server's own size
 * where these are as few, and where the range is smaller than `least`. An empty range still asks for one row, because
 * every answer brings the total. Instead of a plan that is of no use the next best one is taken, of two pages more at most.
 */
export function planPages(
  { offset, size }: RowRange,
  { least, most, own }: UsefulSizes,
  isUseless: (plan: PagePlan) => boolean = () => false,
): PagePlan {
  if (size === 0) return { firstPage: 1, pageCount: 1, pageSize: 1 };
  const end = offset + size;
  const pagesOf = (pageSize: number, pageCount?: number): PagePlan => {
    const firstPage = Math.floor(offset / pageSize) + 1;
    return { firstPage, pageCount: pageCount ?? Math.ceil(end / pageSize) - firstPage + 1, pageSize };
  };
  const fewest = Math.ceil(size / most);
  const ownPlan = own === undefined ? undefined : pagesOf(own);
  const isOwnUseful = ownPlan !== undefined && !isUseless(ownPlan);
  let best = ownPlan;
  if (isOwnUseful && (size <= least || least === most)) return ownPlan;
  // Never endless: one page more than the rows fill always holds them, at the largest size and any offset.
  for (let pageCount = fewest; !best || pageCount <= fewest + 2; pageCount++) {
    if (isOwnUseful && ownPlan.pageCount <= pageCount) return ownPlan;
    for (let pageSize = Math.max(least, Math.ceil(size / pageCount)); ; pageSize++) {
      pageSize = smallestPageSize(offset, end, pageCount, pageSize);
      if (pageSize > most) break;
      const plan = pagesOf(pageSize, pageCount);
      if (!isUseless(plan)) return plan;
      best ??= plan;
    }
  }
  return best;
}

/** Tries only the sizes that can fit: a smaller next one would end before the range does, on the same pages. */
function smallestPageSize(offset: number, end: number, pageCount: number, least: number): number {
  const pagesBefore = Math.floor(offset / least);
  const needed = Math.ceil(end / (pagesBefore + pageCount));
  return needed <= least ? least : smallestPageSize(offset, end, pageCount, needed);
}
