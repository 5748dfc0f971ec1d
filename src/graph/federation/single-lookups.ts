import { CallerError } from '../caller-error.ts';
import { type Context, oncePerOperation } from '../context.ts';
import { type NodeName, nodeTypes } from '../node-loaders.ts';

/** The most entities of a type that one operation may look up where each costs a call of its own. */
export const MOST_LOOKUPS = 20;

/** In seconds: how long Hood's limit, the narrower of the two, takes for that many calls. */
const RETRY_AFTER = 2;

/** The keys that were admitted, by type. */
const admitted = oncePerOperation(() => new Map<string, Set<string>>());

/**
 * Counts an entity that no other can share a call with; the same one counts once. A router asks for as many as a page
 * of another subgraph has, and nobody sees what that costs here: beyond 20 of a type it throws `RATE_LIMITED`.
 */
export function admitLookup({ typeName, key }: NodeName, context: Context): void {
  if (!nodeTypes().get(typeName)?.costsACall?.(key)) return;
  const types = admitted(context);
  const keys = types.get(typeName) ?? new Set();
  types.set(typeName, keys);
  if (keys.has(key)) return;
  if (keys.size < MOST_LOOKUPS) {
    keys.add(key);
    return;
  }
  throw new CallerError(
    'RATE_LIMITED',
    `This operation looks up more than ${MOST_LOOKUPS} objects of a kind that costs a call each: ask for the others in a further one.`,
    { retryAfter: RETRY_AFTER },
  );
}
