/**
 * The date-times of both APIs, in UTC unless they name an offset: `2021-10-29 12:47:00` (Hood; imports of SOR),
 * `2020-01-21 14:47:19 UTC` (and `GMT` or `+0200` in that place), `2017-10-25T23:48:46:299Z` (a colon before the milliseconds), `2019-01-02T11:12:13` and
 * ISO 8601 itself.
 */
const DATE_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[ T](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:[.:]\d{1,9})?(?:Z| UTC| GMT| ?[+-](?:[01]\d|2[0-3])(?::?[0-5]\d)?)?$/;

/** The offset from UTC at the end of a date-time. */
const OFFSET = /([+-]\d\d):?(\d\d)?$/;

const CALENDAR_DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** What both APIs' back ends write for "never". */
const NEVER = '1970-01-01 00:00:00';

/** Whether an upstream says that there is no such time, rather than one that cannot be read. */
export function isNoTime(text: unknown): boolean {
  return text === undefined || text === null || text === '' || text === NEVER;
}

/**
 * An upstream's date-time as ISO 8601 in UTC, or null when it cannot be read or means "never".
 * Works on the text alone, but at the end of a month: a `Date` for every row of a list would cost more than the rest of it.
 */
export function isoDateTime(text: unknown): string | null {
  if (typeof text !== 'string' || text === NEVER) return null;
  if (!DATE_TIME.test(text)) return null;
  const date = text.slice(0, 10);
  if (!isInCalendar(date)) return null;
  const written = `${date}T${text.slice(11, 19)}`;
  if (text.length === 19) return `${written}Z`;
  const rest = text.slice(19);
  const fraction = /^[.:](\d+)/.exec(rest)?.[1];
  const [, hours, minutes = '00'] = OFFSET.exec(rest) ?? [];
  const seconds = hours === undefined ? written : inUtc(`${written}${hours}:${minutes}`);
  if (seconds === null) return null;
  return fraction === undefined ? `${seconds}Z` : `${seconds}.${fraction}Z`;
}

/** Null for a year of more digits than four. Offsets are whole minutes: what is within a second stays as it is. */
function inUtc(text: string): string | null {
  const iso = new Date(text).toISOString();
  return iso.length === '2021-10-29T12:47:00.000Z'.length ? iso.slice(0, 19) : null;
}

/** An upstream's calendar date as it is, or null when it is none: `2025-01-21`. */
export function isoDate(text: unknown): string | null {
  return typeof text === 'string' && CALENDAR_DATE.test(text) && isInCalendar(text) ? text : null;
}

/** A moment as Hood writes it in filters: whole seconds, GMT, no zone (vendor's API overview). */
export function hoodDateTime(moment: Date): string {
  return moment.toISOString().slice(0, 19).replace('T', ' ');
}

/** Whether the month of a date that matches the patterns has such a day: they let through 31 February. */
function isInCalendar(date: string): boolean {
  // Of most dates nothing more has to be read.
  if (date.charAt(8) < '2') return true;
  const day = date.slice(8);
  return day <= '28' || new Date(date).getUTCDate() === Number(day);
}
