import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';

const CANARIES = ['alphabird', 'betabird'] as const;

/** Reads that two callers make; those of one kind may share a call. */
const READS: Record<string, (canary: string) => string> = {
  'the same page': () => '{ gdprRequests { nodes { hoodId } } }',
  'an id of a list': (canary) => `{ profileProperty(hoodId: "${canary}") { hoodId } }`,
  'two ids of a list': (canary) =>
    `{ a: profileProperty(hoodId: "${canary}") { hoodId } b: profileProperty(hoodId: "${canary}s") { hoodId } }`,
  'a profile': (canary) => `{ customerProfile(customerId: "${canary}") { customerId } }`,
  'the same id': () => '{ gdprRequest(hoodId: "1") { hoodId } }',
};

/** An API that repeats all that a call carried, and adds a word of its own. */
function repeatEverything({ hood, sor }: Gateway, status: number, also: () => void): void {
  for (const { dials } of [hood, sor.api]) {
    dials.latencyMs = 20;
    dials.fault = ({ line }) => {
      also();
      const words = line.match(/[a-z]{4,}birds?/g) ?? [];
      const title = `Refused for ${words.join(' and ')} at the ownbird.`;
      return { kind: 'status', status, body: { title, message: title, error_message: title, success: false } };
    };
  }
}

test.each(Object.keys(READS))('%s that nobody shares says what the API says, on its own', async (name) => {
  await using gateway = await startGateway();
  repeatEverything(gateway, 400, () => {});
  const answer = await gateway.query(READS[name]?.('alphabird') ?? '');
  expect(JSON.stringify(answer)).toContain('ownbird');
  expect(gateway.logged.join()).not.toContain('bird');
});

test('whatever two callers ask at one time, none sees what the API says of the other, and no log does', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(READS)),
      fc.constantFrom(400, 401, 404, 422, 429, 500, 503),
      fc.constantFrom('at once', 'while the call is under way', 'and the first leaves'),
      async (name, status, when) => {
        await using gateway = await startGateway();
        const read = READS[name] ?? (() => '');
        const [one, other] = CANARIES;
        const patience = when === 'and the first leaves' ? { 'x-request-deadline': '10ms' } : {};
        let second: ReturnType<Gateway['query']> | undefined;
        const askToo = () => {
          second ??= gateway.query(read(other));
        };
        repeatEverything(gateway, status, askToo);
        if (when === 'at once') setImmediate(askToo);
        const first = JSON.stringify(await gateway.query(read(one), {}, patience));
        askToo();
        const later = JSON.stringify(await second);
        expect(first).not.toContain(other);
        expect(later).not.toContain(one);
        expect(gateway.logged.join()).not.toContain('bird');
      },
    ),
    { numRuns: 12 },
  );
}, 60_000);

test('callers who share a call get its status and our own sentence, the one who joined it late too', async () => {
  await using gateway = await startGateway();
  const query = '{ gdprRequests { nodes { hoodId } } }';
  let late: ReturnType<Gateway['query']> | undefined;
  repeatEverything(gateway, 400, () => {
    late ??= gateway.query(query);
  });
  const answers = [await gateway.query(query), await late];
  expect(gateway.hoodCalls()).toHaveLength(1);
  for (const answer of answers) {
    expect(answer?.errors).toMatchObject([{ message: 'Hood rejected the request with status 400.' }]);
    expect(JSON.stringify(answer)).not.toContain('bird');
  }
});
