import fc from 'fast-check';
import { expect } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { Liar, type Lie, lies, type Oddities, TOTALS, type TotalLie } from './liar.ts';

/** How many rows every list has. Prime, so that no wrong total is by chance that of a whole number of pages. */
export const ROWS = 61;

/** Fixed, so that a build fails only for what changed. `LIAR_SEED=<number>` hunts for more. */
export const SEED = Number(process.env['LIAR_SEED'] ?? 20_251_126);

/** What every run draws: the APIs' largest page, the gateway's own, and the lies. */
export interface Scene extends Oddities {
  largest: number;
  maximum: number;
  told: Lie[];
}

interface SceneOptions {
  largest: readonly number[];
  maximum: readonly number[];
  totals: readonly TotalLie[];
  cuts: boolean;
  pageSize?: readonly number[];
  withoutTotals?: boolean;
}

export function scene({ largest, maximum, totals, cuts, pageSize = [], withoutTotals }: SceneOptions) {
  return fc.record<Scene>({
    largest: fc.constantFrom(...largest),
    maximum: fc.constantFrom(...maximum),
    // Without totals nothing tells a page that lacks a row in its middle from one that is cut.
    told: lies(totals, cuts).map((all) => (withoutTotals ? all.map((lie) => ({ ...lie, leaveOut: undefined })) : all)),
    lastPageRepeats: fc.boolean(),
    pageSize: pageSize.length > 0 ? fc.constantFrom(...pageSize) : fc.constant(undefined),
    withoutTotals: fc.constant(withoutTotals),
  });
}

/** An API whose pages all have one size, which its first answer has shown: what came of it is no odd page then. */
export function fixedScene(totals: readonly TotalLie[]): fc.Arbitrary<Scene> {
  return scene({ largest: [100], maximum: [20, 100], totals, cuts: true, pageSize: [3, 7, 20, 50] });
}

/**
 * APIs with any largest page. What remains behind a page is only said where a window is one page: several that
 * contradict each other without one that contradicts itself could be believed.
 */
export const listScene = fc.oneof(
  scene({ largest: [3, 7, 20, 100], maximum: [20, 100], totals: TOTALS.slice(0, 5), cuts: true }),
  scene({ largest: [100], maximum: [100], totals: TOTALS, cuts: true }),
  scene({ largest: [3, 7, 20, 100], maximum: [20, 100], totals: ['honest'], cuts: true, withoutTotals: true }),
  fixedScene(TOTALS.slice(0, 5)),
);

/**
 * Rows that are cut from a page of keys look like unknown keys, and a total is all that tells unknown keys from those
 * on a later page: so no page is cut here, and totals are wrong only where all keys fit on one page.
 */
export const lookupScene = fc.oneof(
  scene({ largest: [3, 7, 20, 100], maximum: [20, 100], totals: ['honest', 'text'], cuts: false }),
  scene({ largest: [100], maximum: [100], totals: TOTALS, cuts: false }),
);

/** A gateway whose stand-ins the lied-to gateways are put in front of. */
export function startHonest(): Promise<Gateway> {
  return startGateway({ hood: { rows: ROWS, samples: false }, sor: { profiles: ROWS, samples: false } });
}

/** A gateway that knows nothing yet, in front of APIs with this largest page. */
function fresh(sandbox: Gateway, { largest, maximum }: Scene): Promise<Gateway> {
  serveAtMost(sandbox, largest);
  const env = { HOOD_MAX_PAGE_SIZE: String(maximum), SOR_MAX_PAGE_SIZE: String(maximum) };
  return startGateway({ beside: sandbox, env });
}

function serveAtMost({ hood, sor }: Gateway, rows: number): void {
  hood.settings.maxPageSize = rows;
  sor.settings.maxPageSize = rows;
}

/**
 * Runs an operation in front of honest APIs, then in front of the same that lie as soon as it calls `lie`, which it does
 * before each of its windows.
 */
export async function compare<Result>(
  sandbox: Gateway,
  drawn: Scene,
  run: (gateway: Gateway, lie: () => void) => Promise<Result>,
): Promise<{ honest: Result; liedTo: Result; leftOut: ReadonlySet<string> }> {
  const { told, pageSize } = drawn;
  const serve = (liar: Liar) => {
    sandbox.hood.dials.lie = liar.rewrite;
    sandbox.sor.api.dials.lie = liar.rewrite;
  };
  const odd = () => serve(new Liar([], { lastPageRepeats: false, pageSize }));
  try {
    odd();
    await using honestGateway = await fresh(sandbox, drawn);
    const honest = await run(honestGateway, () => {});
    odd();
    await using liedToGateway = await fresh(sandbox, drawn);
    const liar = new Liar(told, drawn);
    const lie = () => {
      liar.beginWindow();
      serve(liar);
    };
    return { honest, liedTo: await run(liedToGateway, lie), leftOut: liar.leftOut };
  } finally {
    sandbox.hood.dials.lie = undefined;
    sandbox.sor.api.dials.lie = undefined;
    serveAtMost(sandbox, 10_000);
  }
}

/** What an operation may cost in front of liars, of what it costs where the APIs are honest. */
export const bound = (honestCalls: number) => 2 * honestCalls + 4;

/**
 * A row that an answer left out excuses itself, one neighbour that is lost or comes twice, and in order of time all rows
 * of its very second that come again: if it is that of a cursor, it cannot be found among them.
 */
export function expectSameRows(
  met: readonly string[],
  honest: readonly string[],
  leftOut: ReadonlySet<string>,
  timeOf: (id: string) => string | undefined = () => undefined,
): void {
  const lostTimes = new Set([...leftOut].map(timeOf).filter((time) => time !== undefined));
  const lost = honest.filter((id) => !met.includes(id) && !leftOut.has(id));
  const repeated = met.filter((id, index) => met.indexOf(id) < index && !lostTimes.has(timeOf(id) ?? 'no time'));
  expect(met.filter((id) => !honest.includes(id))).toEqual([]);
  if (lost.length + repeated.length > leftOut.size) expect({ lost, repeated }).toEqual({ lost: [], repeated: [] });
}
