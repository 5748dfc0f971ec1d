import { expect, test } from 'vitest';
import { readConfig } from '../src/config/config.ts';
import { mistakesIn } from './support/config.ts';

test.each([
  ['HOOD_TOKN', 'HOOD_TOKEN'],
  ['HOOD_TOEKN', 'HOOD_TOKEN'],
  ['hood_token', 'HOOD_TOKEN'],
  ['HOODTOKEN', 'HOOD_TOKEN'],
  ['SOR_TOKENS', 'SOR_TOKEN'],
  ['SOR_PASWORT', 'SOR_PASSWORD'],
  ['UPSTREAMS', 'UPSTREAM'],
  ['GATEWAY_SECRETS', 'GATEWAY_SECRET'],
  ['MAX_CALL', 'MAX_CALLS'],
  ['MAXBODY', 'MAX_BODY'],
  ['ALLOWED_HOST', 'ALLOWED_HOSTS'],
  ['JWT_ROLE', 'JWT_ROLES'],
  ['ANONYMOUS_SCOPE', 'ANONYMOUS_SCOPES'],
  ['TRUSTED_DOCUMENT_ONLY', 'TRUSTED_DOCUMENTS_ONLY'],
  ['GRAPHQL', 'GRAPHIQL'],
  ['INTROSPECTON', 'INTROSPECTION'],
  ['REPLICASS', 'REPLICAS'],
  ['REDISURL', 'REDIS_URL'],
  ['PUBLIC_URLS', 'PUBLIC_URL'],
  ['CALLER_RATES', 'CALLER_RATE'],
  ['REQUEST_DEADLIN', 'REQUEST_DEADLINE'],
  ['UNKNOWN_PII', 'UNKNOWN_PI'],
  ['TRACE_UPSTREAMS', 'TRACE_UPSTREAM'],
  ['HOOD_TOKE', 'HOOD_TOKEN'],
  ['SOR_TOKN', 'SOR_TOKEN'],
  ['SOR_TOEKN', 'SOR_TOKEN'],
  ['UPSTRAEM', 'UPSTREAM'],
])('%s is refused with the name that may be meant, and without its value', (name, meant) => {
  const mistakes = mistakesIn({ [name]: 'canary' });
  expect(mistakes).toEqual([`${name} is no setting. ${meant} may be what is meant: give it that name, or unset it.`]);
});

test.each([
  ...[
    'HOOD_PORT',
    'SOR_SERVICE_HOST',
    'GATEWAY_SERVICE_PORT',
    'HOOD_SOR_GATEWAY_PORT_4000_TCP',
    'METRIC_PORT',
    'REDIS_PORT',
    'REDIS_URI',
    'REDIS_HOST',
    'PUBLIC_KEY',
  ],
  ...[
    'LOGLEVEL',
    'HOSTS',
    'SANDBOX_ROWS',
    'TOKEN',
    'STREAM',
    'REPLICA',
    'MAX_ENTRIES',
    'ALLOWED_PORTS',
    'MAX_AGE',
    'SOR_NAME',
  ],
])('%s, which another program may have, is none of ours', (name) => {
  expect(readConfig({ [name]: 'x' }).UPSTREAM).toBe('sandbox');
});

test('an old setting beside the right one is left alone, and so is an empty one', () => {
  expect(readConfig({ HOOD_TOKEN: 'a', HOOD_TOKEN2: 'b', SOR_TOKN: '' }).HOOD_TOKEN).toBe('a');
});
