/** A line of the table of goals. */
export interface Goal {
  what: string;
  goal: string;
  /** What came out, for readers. */
  measured: string;
  isReached: boolean;
}

/** What the measuring of one thing came to. */
export interface Section {
  goals: readonly Goal[];
  /** Tables and sentences in Markdown, below a heading; empty if the goals say all. */
  text: string;
  /** What the chart shows of it. */
  bars?: Bars;
}

/** Figures beside each other. */
export interface Bars {
  title: string;
  bars: readonly { name: string; value: number; isOurs: boolean }[];
}

/** A figure that may be missing, as where the system does not count processor time. */
export function figure(value: number, digits = 0): string {
  return Number.isFinite(value)
    ? value.toLocaleString('en', { maximumFractionDigits: digits, minimumFractionDigits: digits })
    : '–';
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}
