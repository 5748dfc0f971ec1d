import type { Comparison, MeasuredRound } from './comparison.ts';

type Figure = 'perSecond' | 'p50' | 'p99' | 'cpu' | 'upstreamCalls';

/** The comparison as a table, each figure the median of its rounds, and the ratio of the rates. */
export function report({ title, rivalName, sameBytes, gateway, rival }: Comparison): string {
  const ratios = gateway.map((round, index) => round.perSecond / (rival[index]?.perSecond ?? Number.NaN));
  const cpuRatio = median(rival.map(({ cpu }) => cpu)) / median(gateway.map(({ cpu }) => cpu));
  return [
    `${title} (both give the same ${sameBytes ? 'bytes' : 'JSON'})`,
    '',
    row('', ['requests/s', 'p50 ms', 'p99 ms', 'cpu µs', 'calls']),
    row(rivalName, figures(rival)),
    row('gateway', figures(gateway)),
    '',
    `ratio ${median(ratios).toFixed(3)} of the ${rivalName} (rounds: ${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}; by processor time ${cpuRatio.toFixed(3)})`,
    '',
  ].join('\n');
}

function figures(rounds: readonly MeasuredRound[]): string[] {
  const of = (figure: Figure) => median(rounds.map((round) => round[figure]));
  return [
    of('perSecond').toFixed(0),
    of('p50').toFixed(2),
    of('p99').toFixed(2),
    of('cpu').toFixed(0),
    of('upstreamCalls').toFixed(2),
  ];
}

function row(name: string, cells: readonly string[]): string {
  return name.padEnd(22) + cells.map((cell) => cell.padStart(12)).join('');
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
