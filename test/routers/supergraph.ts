import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer, Gateway } from '../support/gateway.ts';
import { listen } from '../support/listen.ts';
import { type Composer, type Composition, compose, SCHEMAS, subgraphsAt } from './composition.ts';
import { type Served, serve } from './router-programs.ts';
import { ROUTER_SECRET, ROUTERS, type Router, type RouterName } from './routers.ts';

/** A customer by both keys, as another service remembers it. */
export interface Customer {
  id: string;
  customerId: string;
  customerIdType: string;
}

/** The gateway and the other subgraphs, behind every router. */
export interface Supergraph extends AsyncDisposable {
  readonly routers: Readonly<Record<RouterName, Served>>;
  /** Where the routers find the gateway, for who goes there straight. */
  readonly direct: Served;
  /** Whichever gateway answers the routers from now on: they are slow to start, and a gateway is not. */
  gateway: Gateway;
  /** The headers that reached the gateway since the last time this was read. */
  headers(): IncomingHttpHeaders[];
}

/** Starts every router on a free port, in front of a gateway, and of others with orders and visits of its customers. */
export async function startSupergraph(gateway: Gateway, customers: readonly Customer[]): Promise<Supergraph> {
  await using stack = new AsyncDisposableStack();
  const headers: IncomingHttpHeaders[] = [];
  const place = { gateway };
  const front = stack.use(
    await listen((request, response) => {
      headers.push(request.headers);
      place.gateway.app(request, response);
    }),
  );
  const others = stack.use(await serve('subgraphs', SCHEMAS, JSON.stringify(customers)));
  const folder = stack.use(await mkdtempDisposable(join(tmpdir(), 'supergraph-')));
  const subgraphs = await subgraphsAt(front.origin, others.origin);

  const composed = new Map<Composer, Promise<Composition[]>>();
  const start = async ({ composer, program: [program, ...args] }: Router) => {
    const composing = composed.get(composer) ?? compose(composer, subgraphs);
    composed.set(composer, composing);
    const [{ supergraph = '' } = {}] = await composing;
    const file = join(folder.path, `${program}${args}.graphql`);
    await writeFile(file, supergraph);
    return stack.use(await serve(program, file, ROUTER_SECRET, ...args));
  };
  const started = Object.entries(ROUTERS).map(async ([name, router]) => [name, await start(router)] as const);
  // Where one fails, the others are still to be held, so that they end.
  await Promise.allSettled(started);
  // Every router of the table is in what `fromEntries` makes of it.
  const routers = Object.fromEntries(await Promise.all(started)) as Record<RouterName, Served>;
  const held = stack.move();
  return Object.assign(place, {
    routers,
    direct: front,
    headers: () => headers.splice(0),
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  });
}

/** Sends an operation to a router, or to whatever serves operations at an origin. */
export async function ask(
  { origin }: Pick<Served, 'origin'>,
  query: string,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}
