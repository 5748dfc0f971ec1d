/**
 * Hood's names for what an input gives, `data_type` for `dataType`, and its form of values: flags are 0 and 1 (vendor's page:
 * create profile property), days are `2025-01-21`. What was not given is left out; of something `new`, and inside of
 * objects, null as well.
 */
export function upstreamNames(given: object, isNew?: 'new'): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given)
      .filter(([, value]) => value !== undefined && !(isNew && value === null))
      .map(([name, value]) => [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), upstreamValue(value)]),
  );
}

function upstreamValue(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (typeof value === 'object' && value !== null) return upstreamNames(value, 'new');
  return typeof value === 'boolean' ? Number(value) : value;
}
