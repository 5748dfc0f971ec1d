/** The five ways in which the SOR's documentation writes a time. All take milliseconds since 1970. */

/** `2019-09-03T16:01:55.852Z` (removed attributes). */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}

/** `2017-10-25T23:48:46:299Z`: a colon before the milliseconds (validity dates). */
export function colonTime(at: number): string {
  return isoTime(at).replace('.', ':');
}

/** `2019-01-02 11:12:13`, meant as UTC (import jobs). */
export function spacedTime(at: number): string {
  return isoTime(at).slice(0, 19).replace('T', ' ');
}

/** `2020-01-21 14:47:19 UTC` (systems of record). */
export function spacedUtcTime(at: number): string {
  return `${spacedTime(at)} UTC`;
}

/** `2019-01-02T11:12:13`, meant as UTC (import errors). */
export function zonelessTime(at: number): string {
  return isoTime(at).slice(0, 19);
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** Reads a date or ISO time, UTC where it names no zone; `undefined` for anything else. */
export function parseTime(text: string): number | undefined {
  if (!DATE.test(text) && !DATE_TIME.test(text)) return undefined;
  const zoned = DATE.test(text) || /(Z|[+-]\d{2}:?\d{2})$/.test(text) ? text : `${text}Z`;
  const at = Date.parse(zoned.replace(' ', 'T'));
  return Number.isNaN(at) ? undefined : at;
}

/** Like `parseTime`, and a whole number is seconds since 1970. */
export function parseTimestamp(text: string): number | undefined {
  return /^\d{1,12}$/.test(text) ? Number(text) * 1000 : parseTime(text);
}

/** Whether it is a day of the calendar, `2016-12-22`. */
export function isDate(text: string): boolean {
  return DATE.test(text) && parseTime(text) !== undefined && isoTime(Date.parse(text)).startsWith(text);
}

/** Whether it is a time with a zone, `2016-12-22T13:02:53Z`. */
export function isDateTime(text: string): boolean {
  return (
    DATE_TIME.test(text) &&
    /T.*(Z|[+-]\d{2}:?\d{2})$/.test(text) &&
    isDate(text.slice(0, 10)) &&
    parseTime(text) !== undefined
  );
}
