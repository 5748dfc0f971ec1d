import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hoodDateTime, isoDate, isoDateTime } from '../../src/sources/time.ts';

/** Moments of the years that both APIs can write, to the millisecond. */
const moment = fc.date({
  min: new Date('1971-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
});

test('every format of the two APIs is the same moment in ISO', () => {
  fc.assert(
    fc.property(moment, (date) => {
      const iso = date.toISOString();
      const whole = `${iso.slice(0, 19)}Z`;
      const spaced = iso.slice(0, 19).replace('T', ' ');
      expect(isoDateTime(iso)).toBe(iso);
      expect(isoDateTime(iso.replace('.', ':'))).toBe(iso);
      expect(isoDateTime(iso.slice(0, 23))).toBe(iso);
      expect(isoDateTime(spaced)).toBe(whole);
      expect(isoDateTime(`${spaced} UTC`)).toBe(whole);
      expect(isoDateTime(iso.slice(0, 19))).toBe(whole);
      expect(isoDateTime(`${iso.slice(0, 19)}+00:00`)).toBe(whole);
      expect(isoDateTime(`${iso.slice(0, 19)}+0000`)).toBe(whole);
      expect(isoDateTime(`${iso.slice(0, 19)}+00`)).toBe(whole);
    }),
  );
});

test('a time that names its offset is the same moment in UTC', () => {
  const offset = fc.integer({ min: -14 * 60, max: 14 * 60 });
  const later = moment.filter((date) => date.getUTCFullYear() > 1971 && date.getUTCFullYear() < 9999);
  fc.assert(
    fc.property(later, offset, (date, minutes) => {
      const there = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);
      const pair = (count: number) => String(Math.trunc(Math.abs(count))).padStart(2, '0');
      const [sign, hour, minute] = [minutes < 0 ? '-' : '+', pair(minutes / 60), pair(minutes % 60)];
      expect(isoDateTime(`${there}${sign}${hour}:${minute}`)).toBe(date.toISOString());
      expect(isoDateTime(`${there.replace('T', ' ')} ${sign}${hour}${minute}`)).toBe(date.toISOString());
    }),
  );
  expect(isoDateTime('2021-10-29T00:47:00+02')).toBe('2021-10-28T22:47:00Z');
});

test('whatever is read is a moment that every client can read', () => {
  const digits = fc.stringMatching(/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d([.:]\d{1,3})?(Z| UTC)?$/);
  fc.assert(
    fc.property(digits, (text) => {
      const iso = isoDateTime(text);
      if (iso === null) return;
      expect(iso).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
      expect(new Date(iso).toISOString().slice(0, 19)).toBe(text.slice(0, 19).replace(' ', 'T'));
    }),
    { numRuns: 2_000 },
  );
});

test('no text of whatever form throws', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect([null, 'string']).toContain(isoDateTime(value) === null ? null : 'string');
      expect([null, value]).toContain(isoDate(value));
    }),
  );
});

test.each<[written: unknown]>([
  ['1970-01-01 00:00:00'],
  ['0000-00-00 00:00:00'],
  ['2021-02-29 12:00:00'],
  ['2021-13-01 12:00:00'],
  ['2021-04-31 12:00:00'],
  ['2021-10-29 24:00:00'],
  ['2021-10-29 12:60:00'],
  ['0000-01-01T00:30:00+01:00'],
  ['9999-12-31T23:30:00-01:00'],
  ['2021-10-29T12:47:00+24:00'],
  ['2021-10-29T12:47:00+02:60'],
  ['2021-10-29T12:47:00+000'],
  ['2021-10-29'],
  ['29.10.2021 12:47:00'],
  [' 2021-10-29 12:47:00'],
  ['2021-10-29 12:47:00\n'],
  [''],
  ['soon'],
  [1_635_511_620],
  [true],
  [null],
  [undefined],
])('%j is no moment', (written) => {
  expect(isoDateTime(written)).toBeNull();
});

test('a calendar date is itself, and only where the calendar has it', () => {
  fc.assert(
    fc.property(moment, (date) => {
      const day = date.toISOString().slice(0, 10);
      expect(isoDate(day)).toBe(day);
    }),
  );
  for (const odd of ['2021-02-29', '2021-00-10', '2021-1-1', '2021-10-29 ', '2021-10-29T00:00:00Z', 20211029, null]) {
    expect(isoDate(odd)).toBeNull();
  }
});

test('of every day that the patterns let through, the calendar decides', () => {
  const two = (number: number) => String(number).padStart(2, '0');
  const years = [1600, 1700, 1800, 1900, ...Array.from({ length: 106 }, (_, index) => 1999 + index), 2400];
  for (const year of years) {
    for (let month = 1; month <= 12; month++) {
      // Day 0 of the next month is the last one of this month.
      const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
      for (let day = 1; day <= 31; day++) {
        const date = `${year}-${two(month)}-${two(day)}`;
        const expected = day <= last ? date : null;
        if (isoDate(date) !== expected) expect.fail(`${date} is ${expected ? 'a' : 'no'} day.`);
      }
    }
  }
  expect(isoDate('2000-02-29')).toBe('2000-02-29');
  expect(isoDate('2100-02-29')).toBeNull();
});

test('Hood is asked in whole seconds without a zone', () => {
  expect(hoodDateTime(new Date('2025-07-03T23:59:59.999+02:00'))).toBe('2025-07-03 21:59:59');
});
