import { isDeepStrictEqual } from 'node:util';
import { many } from '../cases/profiles.ts';
import { gateway, handWritten } from '../contestants/index.ts';
import { Load, type Round } from '../load.ts';
import { bodiesOf, cpuRatio, type MeasuredRound, measured, median } from '../rounds.ts';
import type { Scene } from '../scene.ts';
import { figure, type Section } from './section.ts';

/** Long answers one after the other in a round. */
const ANSWERS = 5;

const MOST_TIME = 1.3;
const MOST_MEMORY = 250;
const LONGEST_WAIT = 50;

/** 10,000 profiles in one answer, in turn with the endpoint written by hand, and what that does to somebody else. */
export async function longAnswer(scene: Scene): Promise<Section> {
  const bodies = bodiesOf(many.query, many.variables);
  await using stack = new AsyncDisposableStack();
  const [ours, byHand] = (await Promise.all(
    [gateway, handWritten].map(async (contestant) => {
      const server = stack.use(await contestant.start(scene));
      const load = new Load(`${server.origin}${contestant.path('many')}`, bodies, { connections: 1 });
      return { server, load: stack.use(load) };
    }),
  )) as [Subject, Subject];
  const [answer, expected] = [await ours.load.answer(), await byHand.load.answer()].map((text) => JSON.parse(text));
  if (!isDeepStrictEqual(answer, expected)) throw new Error('The answers with 10,000 profiles differ.');

  const url = `${ours.server.origin}/graphql`;
  const small = Buffer.from(JSON.stringify({ query: '{ __typename }' }));
  await using other = new Load(url, () => small, { connections: 1 });
  const ofOurs: MeasuredRound[] = [];
  const ofByHand: MeasuredRound[] = [];
  const waits: Round[] = [];
  // The first rounds compile what is done often.
  for (let round = -2; round < scene.effort.rounds; round++) {
    const mine = await measured(scene, ours, { requests: ANSWERS });
    const theirs = await measured(scene, byHand, { requests: ANSWERS });
    const wait = await whileAnswering(ours.load, other);
    if (round < 0) continue;
    ofOurs.push(mine);
    ofByHand.push(theirs);
    waits.push(wait);
  }
  const ratio = cpuRatio(ofByHand, ofOurs);
  const memory = ours.server.peakMemory();
  const wait = median(waits, ({ longest }) => longest);
  const milliseconds = (rounds: readonly MeasuredRound[]) => figure(median(rounds, ({ cpu }) => cpu / 1000));
  const what = many.title;
  return {
    goals: [
      {
        what: `${what}: time as a multiple of the hand-written endpoint’s`,
        goal: `≤ ${MOST_TIME}`,
        measured: `${figure(ratio, 2)} (${milliseconds(ofOurs)} and ${milliseconds(ofByHand)} ms)`,
        isReached: ratio <= MOST_TIME,
      },
      {
        what: `${what}: the most memory of the process`,
        goal: `≤ ${MOST_MEMORY} MB`,
        measured: `${figure(memory)} MB`,
        isReached: memory <= MOST_MEMORY,
      },
      {
        what: `${what}: the longest wait of another request`,
        goal: `≤ ${LONGEST_WAIT} ms`,
        measured: `${figure(wait)} ms`,
        isReached: wait <= LONGEST_WAIT,
      },
    ],
    text: '',
  };
}

type Subject = Parameters<typeof measured>[1];

/** How long small requests wait that are sent one after the other until a long answer is there. */
async function whileAnswering(long: Load, small: Load): Promise<Round> {
  let isAnswered = false;
  const answering = long.run({ requests: 1 }).finally(() => {
    isAnswered = true;
  });
  const rounds: Round[] = [];
  while (!isAnswered) rounds.push(await small.run({ requests: 1 }));
  await answering;
  return rounds.reduce((worst, round) => (round.longest > worst.longest ? round : worst));
}
