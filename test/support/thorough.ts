/** Whether `npm run test:load` runs: it tries all of what a build tries a part of. */
const isThorough = process.env['THOROUGH'] === 'yes';

/** How often a property is tried in a build, and how often by `npm run test:load`. */
export const runs = (inBuild: number, thoroughly: number): number => (isThorough ? thoroughly : inBuild);

/**
 * Chooses the cases of a long loop: one in `count` of them in a build, evenly spread if no inner loop has a multiple of `count` turns,
 * and all of them by `npm run test:load`. Another `first` chooses others.
 */
export function oneIn(count: number, first = 0): () => boolean {
  let passed = first;
  return () => isThorough || passed++ % count === 0;
}
