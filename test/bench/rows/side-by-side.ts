import { isDeepStrictEqual } from 'node:util';
import type { BenchCase } from '../cases/bench-case.ts';
import { CASES } from '../cases/index.ts';
import type { Contestant } from '../contestants/contestant.ts';
import { gateway, handWritten, keepingGateway, tailcall } from '../contestants/index.ts';
import { Load } from '../load.ts';
import type { Server } from '../process.ts';
import { bodiesOf, cpuRatio, inTurn, type MeasuredRound, median } from '../rounds.ts';
import type { Scene } from '../scene.ts';
import { figure, type Goal, type Section, table } from './section.ts';

/** The least that the gateway's speed may be of another's, by processor time. */
const GOALS: Record<string, readonly [Contestant, number][]> = {
  list: [
    [handWritten, 0.75],
    [tailcall, 1],
  ],
  joined: [
    [handWritten, 0.75],
    [tailcall, 3.5],
  ],
  profile: [[handWritten, 0.7]],
};

/** The names of the cases that contestants are compared in. */
export const COMPARED = Object.keys(GOALS);

/** Contestants that have been started. */
export type Started = ReadonlyMap<Contestant, Server>;

/** One operation in all contestants, in turn. Throws if their answers differ. */
export async function sideBySide(scene: Scene, started: Started, missing: readonly Contestant[], name: string) {
  const benchCase = CASES[name] as BenchCase;
  // Kept answers are one thing to show, not one for each case.
  const taking = [...started].filter(([each]) => each !== keepingGateway || name === 'list');
  await using loads = new AsyncDisposableStack();
  const subjects = taking.map(([contestant, server]) => {
    const query = contestant.queryOf(benchCase) ?? '';
    const bodies = bodiesOf(query, (variant) => benchCase.variables(variant));
    return { contestant, server, load: loads.use(new Load(`${server.origin}${contestant.path(name)}`, bodies)) };
  });
  const answers = new Map<Contestant, object>();
  for (const { contestant, load } of subjects) {
    const answer = contestant.normalized(benchCase, JSON.parse(await load.answer()));
    answers.set(contestant, withoutCursors(answer));
  }
  for (const [contestant, answer] of answers) mustEqual(contestant, answer, answers.get(gateway));

  const results = await inTurn(scene, subjects);
  const rounds = new Map(subjects.map(({ contestant }, index) => [contestant, results[index] ?? []]));
  return sectionOf(name, benchCase, rounds, missing);
}

/** Each has cursors of its own kind: that there is one must be alike. */
function withoutCursors(answer: object): object {
  return JSON.parse(JSON.stringify(answer), (key, value: unknown) => (key === 'cursor' && value ? 'a cursor' : value));
}

function mustEqual({ name }: Contestant, answer: object, ours: object | undefined): void {
  if (ours === undefined || isDeepStrictEqual(answer, ours)) return;
  const [theirs, expected] = [answer, ours].map((each) => JSON.stringify(each).slice(0, 600));
  throw new Error(`The answer of ${name} differs:\n${theirs}\n${expected}`);
}

type Rounds = ReadonlyMap<Contestant, readonly MeasuredRound[]>;

function sectionOf(name: string, { title }: BenchCase, rounds: Rounds, missing: readonly Contestant[]): Section {
  const ours = rounds.get(gateway) ?? [];
  const rows = [...rounds].map(([contestant, theirs]) => [
    contestant.name,
    figure(median(theirs, ({ cpu }) => cpu)),
    figure(cpuRatio(ours, theirs), 2),
    figure(median(theirs, ({ perSecond }) => perSecond)),
    figure(
      median(theirs, ({ p50 }) => p50),
      1,
    ),
    figure(
      median(theirs, ({ p99 }) => p99),
      1,
    ),
    figure(
      median(theirs, ({ calls }) => calls),
      2,
    ),
  ]);
  const absent = missing.map((each) => [each.name, each.missing ?? '', ...Array<string>(5).fill('')]);
  const head = ['', 'processor time, µs', '÷ this gateway', 'answers/s', 'p50, ms', 'p99, ms', 'API calls'];
  return {
    goals: [...speedGoals(name, rounds), ...(name === 'list' ? [keptGoal(rounds)] : []), spreadGoal(name, rounds)],
    text: `### ${title[0]?.toUpperCase()}${title.slice(1)}\n\n${table(head, [...rows, ...absent])}\n`,
    bars: {
      title,
      bars: [...rounds].map(([contestant, theirs]) => ({
        name: contestant.name,
        value: median(theirs, ({ cpu }) => cpu),
        isOurs: contestant === gateway || contestant === keepingGateway,
      })),
    },
  };
}

function speedGoals(name: string, rounds: Rounds): Goal[] {
  return (GOALS[name] ?? []).map(([contestant, goal]) => {
    const theirs = rounds.get(contestant);
    const ratio = theirs ? cpuRatio(rounds.get(gateway) ?? [], theirs) : Number.NaN;
    return {
      what: `${name}: speed as a multiple of that of ${contestant === tailcall ? contestant.name : `the ${contestant.name}`}`,
      goal: `≥ ${goal}`,
      measured: theirs ? figure(ratio, 2) : 'not measured',
      isReached: ratio >= goal,
    };
  });
}

function keptGoal(rounds: Rounds): Goal {
  const ratio = cpuRatio(rounds.get(keepingGateway) ?? [], rounds.get(gateway) ?? []);
  return {
    what: 'list: speed from kept answers',
    goal: '≥ 2 × without',
    measured: figure(ratio, 2),
    isReached: ratio >= 2,
  };
}

function spreadGoal(name: string, rounds: Rounds): Goal {
  const spread = (contestant: Contestant) => median(rounds.get(contestant) ?? [], ({ p50, p99 }) => p99 / p50);
  const [ours, theirs] = [spread(gateway), spread(handWritten)];
  return {
    what: `${name}: p99 ÷ p50 at 32 connections`,
    goal: 'no worse than the hand-written endpoint',
    measured: `${figure(ours, 1)}, and ${figure(theirs, 1)} by hand`,
    isReached: ours <= theirs,
  };
}
