import type { AnsweredPage } from './answered-page.ts';

/**
 * Every page size, the asked one first, with which the server may have answered all these pages: a server that
 * silently clamps the size to c answers page N with rows [(N − 1)c, Nc). Empty where no size explains the answers.
 */
export function servedSizes(asked: number, pages: readonly AnsweredPage[]): number[] {
  const candidates = new Set([asked, ...pages.flatMap(clampsBehind)]);
  return [...candidates].filter((size) => pages.every((page) => explains(size, page, pages)));
}

/** Whether other sizes than the asked one would put these rows elsewhere; the first page starts at 0 with any. */
export function dependOnSize(pages: readonly AnsweredPage[]): boolean {
  return pages.some(({ number, items }) => number > 1 && items.length > 0);
}

/** The rows that came are a whole clamped page, or the remainder behind N − 1 of them. */
function clampsBehind({ number, size, items, total }: AnsweredPage): number[] {
  const whole = items.length;
  const remaindered = total === undefined || number === 1 ? 0 : (total - items.length) / (number - 1);
  return [whole, remaindered].filter((clamp) => clamp > 0 && clamp < size && Number.isInteger(clamp));
}

/** Whether a server with this page size would have sent as many rows as came. */
export function explains(size: number, page: AnsweredPage, pages: readonly AnsweredPage[] = [page]): boolean {
  const count = page.items.length;
  // A full page proves its size, whatever the total claims.
  if (isFull(page)) return size === page.size;
  if (page.total === undefined) return count === size || (count < size && mayEndList(page, pages));
  return count === Math.min(Math.max(page.total - (page.number - 1) * size, 0), size);
}

/** Rows behind a short page speak against an end there, unless a full page shows that the list changed meanwhile. */
function mayEndList({ number }: AnsweredPage, pages: readonly AnsweredPage[]): boolean {
  return pages.some(isFull) || !pages.some((other) => other.number > number && other.items.length > 0);
}

function isFull({ size, items }: AnsweredPage): boolean {
  return items.length === size;
}
