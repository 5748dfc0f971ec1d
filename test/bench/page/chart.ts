import type { Bars } from '../rows/section.ts';

const WIDTH = 760;
const NAMES = 220;
const VALUES = 80;
const LINE = 26;
const HEADING = 34;

/** Bars of processor time as SVG, shorter is faster; readable on light and on dark ground. */
export function chartOf(groups: readonly Bars[]): string {
  let y = 8;
  const parts: string[] = [];
  for (const { title, bars } of groups) {
    parts.push(text(0, y + 20, title, 'title'));
    y += HEADING;
    const longest = Math.max(...bars.map(({ value }) => value));
    for (const { name, value, isOurs } of bars.toSorted((a, b) => a.value - b.value)) {
      const width = Math.max(1, ((WIDTH - NAMES - VALUES) * value) / longest);
      parts.push(
        text(NAMES - 10, y + 16, name, 'name'),
        `<rect class="${isOurs ? 'ours' : 'theirs'}" x="${NAMES}" y="${y + 3}" width="${width.toFixed(1)}" height="${LINE - 8}" rx="2"/>`,
        text(NAMES + width + 6, y + 16, `${Math.round(value).toLocaleString('en')} µs`, ''),
      );
      y += LINE;
    }
    y += 12;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-labelledby="heading">
  <title id="heading">Processor time for one answer, in microseconds: shorter is faster</title>
  <style>
    :root { --ink: #1f2328; --bar: #818b98; --main: #0969da; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #f0f6fc; --bar: #656c76; --main: #4493f8; }
    }
    text { font: 13px -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; fill: var(--ink); }
    .title { font-weight: 600; }
    .name { text-anchor: end; }
    .ours { fill: var(--main); }
    .theirs { fill: var(--bar); }
  </style>
  ${parts.join('\n  ')}
</svg>
`;
}

function text(x: number, y: number, content: string, kind: string): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text${kind && ` class="${kind}"`} x="${x.toFixed(0)}" y="${y}">${escaped}</text>`;
}
