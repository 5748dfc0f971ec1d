/**
 * A value of an enum that the API may extend at any time: null where it wrote nothing, `UNKNOWN` for what
 * nobody documented, so that one new value never fails a list.
 */
export function openEnum<Values extends Record<string, string>>(
  text: unknown,
  values: Values,
): Values[keyof Values] | 'UNKNOWN' | null {
  if (text === null || text === undefined || text === '') return null;
  return typeof text === 'string' && Object.hasOwn(values, text) ? (values[text] as Values[keyof Values]) : 'UNKNOWN';
}
