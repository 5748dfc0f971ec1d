/**
 * What of a row is asked for: for each parameter that narrows an answer the names in it, or undefined for everything.
 * Parameters that are left out count as undefined.
 */
export type Projection = Readonly<Record<string, readonly string[] | undefined>>;

/** About how many characters its names have. */
export function lengthOf(projection: Projection): number {
  let length = 0;
  for (const names of Object.values(projection)) for (const name of names ?? []) length += name.length;
  return length;
}

/** Whether an answer of the wide projection has everything that the narrow one asks for. */
export function covers(wide: Projection, narrow: Projection): boolean {
  if (wide === narrow) return true;
  for (const [parameter, names] of Object.entries(wide)) {
    if (names === undefined) continue;
    const wanted = narrow[parameter];
    if (wanted === names) continue;
    if (wanted === undefined || !wanted.every((name) => names.includes(name))) return false;
  }
  return true;
}

/** The least that covers both; names are sorted. */
export function union(one: Projection, other: Projection): Projection {
  if (covers(one, other)) return one;
  if (covers(other, one)) return other;
  const united: Record<string, readonly string[] | undefined> = {};
  for (const [parameter, names] of Object.entries(one)) {
    const others = other[parameter];
    united[parameter] = names && others ? [...new Set([...names, ...others])].sort() : undefined;
  }
  return united;
}
