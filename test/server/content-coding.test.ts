import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway[Symbol.asyncDispose]());

test.each<[header: string | undefined, coding: string | null, because: string]>([
  [undefined, null, 'nothing is said'],
  ['', null, 'nothing is accepted by name'],
  ['gzip, deflate, br, zstd', 'br', 'a browser takes all: the smallest'],
  ['GZIP', 'gzip', 'names are not case-sensitive'],
  ['br;q=0.5, gzip;q=0.8', 'br', 'both are accepted: the smaller'],
  ['br;q=0, gzip', 'gzip', 'one is refused'],
  ['br;q=0.000, *', 'gzip', 'any but one is welcome'],
  ['*', 'br', 'any is welcome'],
  ['*;q=0', null, 'all are refused: a plain page is better than none'],
  ['identity;q=0, gzip;q=0.001', 'gzip', 'plain is refused'],
  ['zstd, deflate', null, 'only others are known'],
  ['br ; q=1.0 , gzip', 'br', 'there are blanks'],
  ['brotli', null, 'what is said means nothing here'],
])('for %j the page of GraphiQL comes as %s (%s)', async (accepted, coding) => {
  const headers = { accept: 'text/html', ...(accepted !== undefined && { 'accept-encoding': accepted }) };
  const response = await gateway.fetch('/graphql', { method: 'HEAD', headers });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-encoding')).toBe(coding);
});
