/** What a judge says about one thing that the gateway does. */
export interface Finding {
  /** The heading it stands under. */
  section: string;
  /** The judge's package, and its exact version. */
  judge: string;
  version: string;
  /** A sentence about behaviour: the name of the test. */
  what: string;
  /** What came out, in a few words. */
  result: string;
  /** Exceptions and limits, each a sentence with its reason; printed below the section's table. */
  notes?: readonly string[];
}

/** Where the page is, seen from the root. */
export const PAGE = 'docs/conformance.md';

/** The variable that the command sets which writes the page: findings then need not be on it yet. */
export const WRITES_PAGE = 'WRITES_CONFORMANCE_PAGE';

const HEAD = `# Conformance

What programs of others make of the gateway: each line is a test that runs the real thing, in the version given, against a gateway that listens.
Written by \`npm run conformance\` from the results of these tests, which fail where a line is not true any more.
`;

/** The page, its sections and lines always in the same order. */
export function pageOf(findings: readonly Finding[]): string {
  const sections = Map.groupBy(findings.toSorted(byPlace), ({ section }) => section);
  const written = [...sections].map(([section, rows]) =>
    [`## ${section}`, '', '| judge | version | what | result |', '| --- | --- | --- | --- |']
      .concat(rows.map(rowFor), notesOf(rows), '')
      .join('\n'),
  );
  return [HEAD, ...written].join('\n');
}

/** A finding as its line on the page. */
export function rowFor({ judge, version, what, result }: Finding): string {
  return tableRow([`\`${judge}\``, version, what, result]);
}

/** A line of a table with these cells. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** A note as its line on the page. */
export function noteFor(judge: string, note: string): string {
  return `- \`${judge}\`: ${note}`;
}

function notesOf(findings: readonly Finding[]): string[] {
  const lines = findings.flatMap(({ judge, notes = [] }) => notes.map((note) => noteFor(judge, note)));
  return lines.length === 0 ? [] : ['', ...lines];
}

/** The findings on a page, without their notes. */
export function findingsOn(page: string): Finding[] {
  return page.split(/^## /m).flatMap((text) => {
    const section = text.split('\n', 1)[0] ?? '';
    return [...text.matchAll(/^\| `(.+?)` \| (.+?) \| (.+) \| (.+?) \|$/gm)].map(
      ([, judge = '', version = '', what = '', result = '']) => ({ section, judge, version, what, result }),
    );
  });
}

/** The section of a test file: its folder below `test`. */
export function sectionOf(testFile: string): string {
  const [, folder = ''] = /.*\btest\/([^/]+)\//.exec(testFile) ?? [];
  return folder.charAt(0).toUpperCase() + folder.slice(1);
}

function byPlace(one: Finding, other: Finding): number {
  return placeOf(one) < placeOf(other) ? -1 : 1;
}

function placeOf({ section, judge, what }: Finding): string {
  return [section, judge, what].join('\n');
}
