import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endpoint, isSegment, queryString, template } from '../../../src/http/client/path.ts';
import { serve } from '../../../src/sandbox/server.ts';
import { hoodClient } from './hood-client.ts';

const DOWNLOAD = template('/v1/hood/exports/{id}/download');

test('an endpoint keeps its template beside the filled path', () => {
  expect(endpoint(DOWNLOAD, { id: '42' })).toEqual({ route: DOWNLOAD, path: '/v1/hood/exports/42/download' });
});

test('a template is written out: a part that the compiler does not know, such as an id, is a mistake', () => {
  const id: string = '42';
  // @ts-expect-error
  template(`/v1/hood/exports/${id}`);
  // @ts-expect-error
  template(id);
  for (const action of ['disable', 'enable'] as const) template(`/api/customer_attributes/{id}/${action}`);
});

test('dots and everything with a meaning in URLs are encoded', () => {
  expect(endpoint(template('/a/{id}'), { id: '../x?y#z%2f;=&+ é@b.c' }).path).toBe(
    '/a/%2E%2E%2Fx%3Fy%23z%252f%3B%3D%26%2B%20%C3%A9%40b%2Ec',
  );
});

test.each(['', '.', '..'])('the id "%s" cannot stand in a path', (id) => {
  expect(isSegment(id)).toBe(false);
  expect(() => endpoint(template('/a/{id}'), { id })).toThrow(RangeError);
});

test('a braced name inside an id is not filled again', () => {
  expect(endpoint(template('/a/{x}/{y}'), { x: '{y}', y: '1' }).path).toBe('/a/%7By%7D/1');
});

test('every id arrives as one decoded segment, whatever it contains', async () => {
  await using server = await serve(() => ({ status: 200, json: {} }));
  await using client = hoodClient(server);
  const id = fc.string({ unit: 'binary', minLength: 1 }).filter(isSegment);
  const nasty = fc.constantFrom('../..', '%2e%2e', '%2F', '/', '\\', '?', '#', 'a/../b', '\n', '...', ' ', '\u0000');
  await fc.assert(
    fc.asyncProperty(fc.oneof(id, nasty), async (value) => {
      server.calls.length = 0;
      await client.get(endpoint(DOWNLOAD, { id: value }));
      const raw = server.calls[0]?.rawTarget.split('/') ?? [];
      expect(raw).toHaveLength(6);
      expect(decodeURIComponent(raw[4] ?? '')).toBe(value);
    }),
    { numRuns: 200 },
  );
});

test('a lone surrogate becomes the replacement character', () => {
  expect(endpoint(template('/a/{id}'), { id: '\ud800' }).path).toBe('/a/%EF%BF%BD');
});

test('list and filter grammar stays readable in the query', () => {
  expect(queryString({ fields: 'id,name', create_time: 'rf:2025-07-01 00:00:00,2025-07-03', page: '2,20' })).toBe(
    '?fields=id,name&create_time=rf:2025-07-01%2000:00:00,2025-07-03&page=2,20',
  );
});

test('only an id that is marked has its dots encoded in the query', () => {
  const id = 'me@gmail.com';
  expect(queryString({ a: id, b: { id } })).toBe('?a=me%40gmail.com&b=me%40gmail%2Ecom');
  expect([...new URLSearchParams(queryString({ b: { id } }))]).toEqual([['b', id]]);
});

test('absent parameters are left out, empty ones are not', () => {
  expect(queryString({})).toBe('');
  expect(queryString({ a: undefined })).toBe('');
  expect(queryString({ a: undefined, b: '', c: 0, d: false })).toBe('?b=&c=0&d=false');
});

test('what a server decodes from the query is what went in', () => {
  const value = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(fc.dictionary(value, value), (query) => {
      const decoded = new URLSearchParams(queryString(query));
      expect([...decoded]).toEqual(Object.entries(query));
    }),
  );
});
