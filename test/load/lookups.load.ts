import { expect, test } from 'vitest';
import { person } from '../../src/sandbox/people.ts';
import { type Outcome, type Scene, startScene } from './crowd.ts';

const LOOKUP = 'query ($id: ID!) { customerProfile(customerId: $id) { customerId firstName } }';

/** One operation for each person, from a position on. */
function lookups(count: number, from = 0) {
  return Array.from({ length: count }, (_, index) => ({
    query: LOOKUP,
    variables: { id: person(from + index).clientId },
  }));
}

/** Prints what was measured, and returns the time until the last answer. */
function lastAnswer(what: string, outcomes: readonly Outcome[], calls: readonly unknown[]): number {
  const times = outcomes.map(({ answeredAfterMs }) => answeredAfterMs);
  const figures = {
    calls: calls.length,
    firstMs: Math.round(Math.min(...times)),
    lastMs: Math.round(Math.max(...times)),
  };
  process.stdout.write(`${what}: ${JSON.stringify(figures)}\n`);
  return Math.max(...times);
}

/** Opens as many connections as a crowd needs, so that it comes at once; no API is called for it. */
async function connected(scene: Scene, count: number): Promise<void> {
  const nothing = { query: '{ __typename }' };
  for (let round = 0; round < 2; round += 1) await scene.crowd(Array(count).fill(nothing));
}

function everybodyIsAnswered(outcomes: readonly Outcome[], from = 0): void {
  expect(new Set(outcomes.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code)))).toEqual(new Set());
  expect(outcomes.map(({ data }) => data.customerProfile)).toEqual(
    outcomes.map((_, index) => {
      const { clientId, firstName } = person(from + index);
      return { customerId: clientId, firstName };
    }),
  );
}

test('a thousand operations for as many profiles are at most 12 calls within 2.5 s, at 10 calls a second', async () => {
  await using scene = await startScene({ SOR_RATE: '10/s,150/m' }, 9_000);
  for (let round = 0; round < 2; round += 1) await scene.crowd(Array(1_000).fill({ query: '{ __typename }' }));

  const outcomes = await scene.crowd(lookups(1_000));

  const calls = scene.calls();
  const lastMs = lastAnswer('1,000 profiles at 10/s', outcomes, calls);
  everybodyIsAnswered(outcomes);
  expect(calls.length).toBeLessThanOrEqual(12);
  expect(lastMs).toBeLessThanOrEqual(2_500);
});

test('without limits, with answers that take 20 ms and a warm gateway, they are at most 60 calls', async () => {
  await using scene = await startScene({ SOR_RATE: 'none', CACHE: 'off' }, 9_000);
  scene.sor.api.dials.latencyMs = 20;
  for (let round = 0; round < 3; round += 1) await scene.crowd(lookups(500, 1_000));
  scene.calls();

  const outcomes = await scene.crowd(lookups(1_000));

  const calls = scene.calls();
  lastAnswer('1,000 profiles without limits', outcomes, calls);
  everybodyIsAnswered(outcomes);
  expect(calls.length).toBeLessThanOrEqual(60);
});

test('two hundred operations for one same profile are one call while it is under way', async () => {
  await using scene = await startScene({ SOR_RATE: 'none', CACHE: 'off' }, 90);
  scene.sor.api.dials.latencyMs = 1_000;
  await connected(scene, 200);
  const { clientId, firstName } = person(0);

  const outcomes = await scene.crowd(Array(200).fill({ query: LOOKUP, variables: { id: clientId } }));

  const calls = scene.calls();
  lastAnswer('200 times one profile', outcomes, calls);
  expect(outcomes.map(({ data }) => data)).toEqual(
    Array(200).fill({ customerProfile: { customerId: clientId, firstName } }),
  );
  expect(calls).toHaveLength(1);
});
