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

/**
 * The pages that cover a range with the fewest calls, and among those the fewest rows: one page of the
 * smallest size that holds it all wherever one up to `maxPageSize` (at least 1) does. An empty range still
 * asks for one row, because every answer brings the total.
 */
export function planPages({ offset, size }: RowRange, maxPageSize: number): PagePlan {
  if (size === 0) return { firstPage: 1, pageCount: 1, pageSize: 1 };
  // Never endless: one page more than the rows fill always holds them, at the largest size and any offset.
  for (let pageCount = Math.ceil(size / maxPageSize); ; pageCount++) {
    const pageSize = smallestPageSize(offset, size, pageCount);
    if (pageSize <= maxPageSize) {
      return { firstPage: Math.floor(offset / pageSize) + 1, pageCount, pageSize };
    }
  }
}

/** Tries only the sizes that can fit: a smaller next one would end before the range does, on the same pages. */
function smallestPageSize(offset: number, size: number, pageCount: number): number {
  let pageSize = Math.ceil(size / pageCount);
  for (;;) {
    const pagesBefore = Math.floor(offset / pageSize);
    const needed = Math.ceil((offset + size) / (pagesBefore + pageCount));
    if (needed <= pageSize) return pageSize;
    pageSize = needed;
  }
}
