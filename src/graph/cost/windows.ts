import { planPages } from '../paging/page-plan.ts';
import { rowsOfWindow, type WindowArguments } from '../paging/window.ts';

/** How much longer than its window a page may have to be that holds it, wherever it begins. */
const OVERREAD = 2.25;

/** How many calls a window of a list costs that the API pages. Throws `BadInput` for more rows than a page may have. */
export function windowCalls(args: WindowArguments, maximum: number): number {
  const size = rowsOfWindow(args, maximum);
  // Where a cursor stands is not looked at.
  const isAnywhere = args.after != null || args.before != null || args.last != null;
  const atWorst = size * OVERREAD > maximum ? 2 : 1;
  if (args.last != null && args.before == null) return 1 + atWorst;
  if (isAnywhere) return atWorst;
  return args.offset == null ? 1 : planPages({ offset: args.offset, size }, maximum).pageCount;
}
