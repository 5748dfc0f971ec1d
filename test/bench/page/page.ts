import type { Contestant } from '../contestants/contestant.ts';
import { type Goal, type Section, table } from '../rows/section.ts';

/** The page and its chart, from the root of the project. */
export const PAGE = 'docs/performance.md';
export const CHART = 'docs/performance.svg';

/** Where and when something was measured. */
export interface Circumstances {
  date: string;
  machine: string;
  node: string;
  /** How busy the machine was before, as `uptime` says. */
  load: string;
  /** Whether more wanted to run than there are cores. */
  wasBusy: boolean;
}

const BUSY =
  ' **The machine was busy with other work.** Then all figures are worse than they would be alone, most of all those of large programs, and ratios are not to be relied on.';

/** All that was measured, as `docs/performance.md`. */
export function pageOf(
  sections: readonly Section[],
  contestants: readonly Contestant[],
  { date, machine, node, load, wasBusy }: Circumstances,
): string {
  const goals = sections.flatMap((section) => section.goals);
  const versions = contestants.map(({ name, version }) => `- ${name}${version && `: ${version}`}`);
  return `# Performance

How much this gateway costs beside other ways to the same APIs: an endpoint written by hand for one operation, which is the limit; what a tutorial on Yoga and Pothos teaches; Tailcall; and Mesh's composition behind Hive Gateway. Ratios are the figures to keep: times differ from machine to machine.
Written by \`npm run bench\`.

![Processor time for one answer of each, in microseconds](performance.svg)

Measured on ${date}, on ${machine}, with Node ${node}; load average before: ${load}.${wasBusy ? BUSY : ''}

${versions.join('\n')}

## Goals

${goalsTable(goals)}

## Side by side

${sections
  .map(({ text }) => text)
  .filter(Boolean)
  .join('\n')}
## How it is measured

- Each contestant is a process of its own on one core. The load and the upstream run on another: an upstream for all, with answers made beforehand, which counts the calls it gets. It answers at once and has no limits.
- 32 connections, each with one request under way. 256 different requests are sent in turn, so that none is like another that is under way. First the answers to one of them are compared: they must be equal.
- After thousands of answers to warm up, all contestants of a case have a round each, one after the other, and that several times. Each figure is the median of the rounds; a ratio is the median of the ratios of rounds that ran one after the other.
- Processor time is that of the whole process, as the system counts it. It is steadier than answers a second, which others on the machine change. Throughput as a multiple means processor time.
- The gateway keeps nothing (\`CACHE=off\`), counts no calls (\`HOOD_RATE=none\`) and knows no callers, so that nothing is audited; all else is as by default, its log included. Spans are not sent. What these cost is in the table of features.
- Tailcall and Mesh pass on what the APIs write: Hood's names of statuses, its times, attributes as one JSON value. Their lists have no cursors. That is less work than the others do. Tailcall batches lookups by naming a parameter once for each customer, which the real API does not document.
- Lookups that wait at the same time become one call, also those of several operations: so one profile can cost less than one call.
- Two processes are given a core each. On a machine of two cores load and upstream work on the second one too, so the throughput is taken from the processor time for an answer.
- What another request waits beside a long answer is the longest of many small ones that are sent one after the other meanwhile, as the median of several long answers.

## Measure it yourself

\`\`\`sh
npm ci && npm ci --prefix test/bench/peers
npm run bench                   # everything; writes this page and its chart, in about ten minutes
npm run bench -- list features  # some of it; prints only
npm run bench -- --quick        # all, with short rounds; prints only
npm run profile -- list         # a flame graph of the gateway while it answers one case
\`\`\`

Rows: \`list\`, \`joined\`, \`profile\`, \`crowd\`, \`long-answer\`, \`start-up\`, \`memory\`, \`two-processes\`, \`features\`. It needs Linux, for \`taskset\` and \`/proc\`; elsewhere it runs, with requests a second and times only. What is not installed is left out, and its line says why.

Tailcall's program needs a C library of 2024 or later (glibc 2.39). Where that of the system is older, \`sh test/bench/peers/newer-libc.sh\` unpacks one from Debian 13 beside it, for it alone.
`;
}

/** What was to be reached, and whether it is. */
export function goalsTable(goals: readonly Goal[]): string {
  return table(
    ['', 'goal', 'measured', ''],
    goals.map(({ what, goal, measured, isReached }) => [
      what,
      goal,
      measured,
      isReached ? 'reached' : '**not reached**',
    ]),
  );
}
