/** The answer with nulls where these paths lead (`*` is every row), and those places, as paths of errors are written. */
export function withNulls(answer: unknown, paths: readonly string[]): { data: unknown; nulled: string[] } {
  const data = structuredClone(answer);
  const nulled = paths.flatMap((path) => {
    const places = [...placesAt(data, path.split('.'), [])];
    if (places.every((place) => at(answer, place) === null)) throw new Error(`Nothing but null is at ${path}.`);
    return places;
  });
  for (const place of nulled) Object.assign(at(data, place.slice(0, -1)) ?? {}, { [place.at(-1) ?? '']: null });
  return { data, nulled: nulled.map((place) => place.join('.')) };
}

function* placesAt(value: unknown, [key, ...rest]: string[], so: string[]): Generator<string[]> {
  if (key === undefined) yield so;
  else if (key !== '*') yield* placesAt(at(value, [key]), rest, [...so, key]);
  else for (const [index, row] of (value as unknown[]).entries()) yield* placesAt(row, rest, [...so, `${index}`]);
}

function at(value: unknown, place: readonly string[]): unknown {
  return place.reduce((inner, key) => (inner as Record<string, unknown>)[key], value);
}
