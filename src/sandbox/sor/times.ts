/** The ways in which the SOR's documentation writes a time. All take milliseconds since 1970. */

/** `2019-09-03T16:01:55.852Z` (removed attributes). */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}

/** `2017-10-25T23:48:46:299Z`: a colon before the milliseconds (validity dates). */
export function colonTime(at: number): string {
  return isoTime(at).replace('.', ':');
}

/** `2019-01-02T11:12:13`, meant as UTC (import errors). */
export function zonelessTime(at: number): string {
  return isoTime(at).slice(0, 19);
}

/** `2019-01-02 11:12:13`, meant as UTC (import jobs and, with ` UTC` after it, systems of record). */
export function spacedTime(at: number): string {
  return zonelessTime(at).replace('T', ' ');
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** Reads a date or ISO time, UTC where it names no zone; `undefined` for anything else. */
export function parseTime(text: string): number | undefined {
  const [matched, , , zone] = DATE_TIME.exec(text) ?? [];
  if (!matched && !DATE.test(text)) return undefined;
  const at = Date.parse(`${text.replace(' ', 'T')}${matched && !zone ? 'Z' : ''}`);
  return Number.isNaN(at) ? undefined : at;
}

/** Whether it is a day of the calendar, `2016-12-22`. */
export function isDate(text: string): boolean {
  return DATE.test(text) && parseTime(text) !== undefined && isoTime(Date.parse(text)).startsWith(text);
}

/** Whether it is a time with a zone, `2016-12-22T13:02:53Z`. */
export function isDateTime(text: string): boolean {
  const [, , , zone] = DATE_TIME.exec(text) ?? [];
  return text[10] === 'T' && !!zone && isDate(text.slice(0, 10)) && parseTime(text) !== undefined;
}
