import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SCOPES } from '../../../src/graph/scopes.ts';
import { bearer, startIdentityProvider } from '../../support/identity-provider.ts';
import { IMPERSONAL_LIST, list, listVariables } from '../cases/list.ts';
import { Load } from '../load.ts';
import type { Server } from '../process.ts';
import { bodiesOf, cpuRatio, inTurn, median } from '../rounds.ts';
import { type Scene, startGateway } from '../scene.ts';
import { figure, type Section, table } from './section.ts';

/** How the list is asked for, and of which gateway. */
interface Way {
  settings?: Record<string, string>;
  headers?: Record<string, string>;
}

/** The list with something and without it. */
interface Feature {
  name: string;
  with?: Way;
  without?: Way;
  query?: string;
  /** Whether no request is like an earlier one. */
  isAlwaysNew?: boolean;
  /** Whether everybody has it who changes no setting and sends no header for it. */
  isDefault: boolean;
}

const MOST = 0.05;

/** What each feature adds to the processor time of the list: with it and without it in turn, all others as by default. */
export async function features(scene: Scene): Promise<Section> {
  await using stack = new AsyncDisposableStack();
  const effort = { ...scene.effort, roundSeconds: scene.effort.roundSeconds / 2 };
  const lines: { feature: Feature; added: number; microseconds: number }[] = [];
  for (const feature of await allFeatures(stack)) {
    await using subjects = await subjectsOf(scene, feature);
    const [without = [], having = []] = await inTurn({ ...scene, effort }, subjects.both);
    const added = cpuRatio(without, having) - 1;
    lines.push({ feature, added, microseconds: added * median(without, ({ cpu }) => cpu) });
  }
  const ofDefault = lines.filter(({ feature }) => feature.isDefault);
  const over = ofDefault.filter(({ added }) => !(added <= MOST));
  const rows = lines.map(({ feature, added, microseconds }) => [
    feature.name,
    figure(microseconds),
    `${figure(100 * added, 1)} %`,
    feature.isDefault ? (added <= MOST ? 'reached' : 'not reached') : '–',
  ]);
  return {
    goals: [
      {
        what: 'what each default feature adds to the list',
        goal: '≤ 5 %',
        measured: over.length === 0 ? 'all' : `${ofDefault.length - over.length} of ${ofDefault.length}`,
        isReached: over.length === 0,
      },
    ],
    text: `### What features cost\n\n${table(['the list with it, and without it', 'added, µs', 'added', '≤ 5 %'], rows)}\n`,
  };
}

/**
 * The list without a feature and with it. The more a process has answered, the faster it is: so where the settings
 * differ both processes are new, and where they do not there is one.
 */
async function subjectsOf(scene: Scene, feature: Feature) {
  const { query = list.query, isAlwaysNew } = feature;
  await using stack = new AsyncDisposableStack();
  const processes = new Map<string, Server>();
  const repeating = bodiesOf(query, listVariables);
  const bodies = isAlwaysNew
    ? (n: number) => Buffer.from(JSON.stringify({ query, variables: listVariables(n) }))
    : repeating;
  const subject = async ({ settings = {}, headers = {} }: Way = {}) => {
    const key = JSON.stringify(settings);
    const server = processes.get(key) ?? stack.use(await startGateway(scene, settings));
    processes.set(key, server);
    return { server, load: stack.use(new Load(`${server.origin}/graphql`, bodies, { headers })) };
  };
  const both = [await subject(feature.without), await subject(feature.with)];
  const held = stack.move();
  return { both, [Symbol.asyncDispose]: () => held[Symbol.asyncDispose]() };
}

async function allFeatures(stack: AsyncDisposableStack): Promise<Feature[]> {
  const provider = stack.use(await startIdentityProvider());
  const token = async (scopes: readonly string[]) =>
    bearer(await provider.token({ scope: scopes.join(' '), exp: Date.now() / 1000 + 3600 }));
  const settings = { ...provider.settings, ANONYMOUS_SCOPES: '' };
  const known = { settings, headers: await token(SCOPES) };
  const knowing = { settings, headers: await token(SCOPES.filter((scope) => scope !== 'pii:read')) };
  return [
    { name: 'a line in the log', without: { settings: { LOG_LEVEL: 'silent' } }, isDefault: true },
    // An account that has limits allows 150 calls a minute: those that are counted here are as many in a tenth of a second.
    {
      name: 'limits of calls, of which each minute has tens of thousands',
      with: { settings: { HOOD_RATE: '20000/s,1000000/m' } },
      isDefault: false,
    },
    {
      name: 'answers kept that nobody asks for again',
      with: { settings: { CACHE: 'on' } },
      isAlwaysNew: true,
      isDefault: true,
    },
    {
      name: 'GraphiQL and introspection',
      without: { settings: { GRAPHIQL: 'off', INTROSPECTION: 'off' } },
      isDefault: true,
    },
    { name: 'a token, nothing personal asked for', with: known, query: IMPERSONAL_LIST, isDefault: true },
    { name: 'a token without `pii:read`', with: knowing, without: known, query: IMPERSONAL_LIST, isDefault: true },
    { name: 'the audit, with a token', with: known, isDefault: false },
    { name: 'spans for a collector', with: { settings: await collector(stack) }, isDefault: false },
    { name: '`x-upstream-cost: 1`', with: { headers: { 'x-upstream-cost': '1' } }, isDefault: false },
    { name: '`accept-encoding: gzip`', with: { headers: { 'accept-encoding': 'gzip' } }, isDefault: false },
    { name: '`accept-encoding: br`', with: { headers: { 'accept-encoding': 'br' } }, isDefault: false },
  ];
}

/** The settings for spans to go to a server that takes and drops them. */
async function collector(stack: AsyncDisposableStack): Promise<Record<string, string>> {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.end('{}'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  stack.defer(() => void server.close());
  return { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
