import { tableRow } from './page.ts';

/** Where the page is, seen from the root. */
export const VENDOR_PAGE = 'docs/vendor-pages.md';

/** A test that shows something: its file below `test`, and its name as the file writes it, placeholders included. */
export interface Shown {
  file: string;
  name: string;
}

/** Why the graph does not do what a page says. */
export interface NotDone {
  /** `not yet` where a later version does it, `on purpose` where none will. */
  when: 'not yet' | 'on purpose';
  why: string;
}

/**
 * A sentence of a vendor's page in our own words, the parts of the graph that do it, and the test that shows it. The parts
 * are separated by commas: schema coordinates such as `Query.gdprRequests(filter:)`, settings, members of `extensions`.
 */
export type Statement = readonly [says: string, by: string, shown: Shown] | readonly [says: string, reason: NotDone];

/** A page that a vendor publishes, or a chapter of one. */
export interface VendorPage {
  title: string;
  /** What it says about each endpoint, in its own order. */
  endpoints: Record<string, readonly Statement[]>;
}

/** The tests of one file, for statements that name several of them. */
export const testsIn =
  (file: string) =>
  (name: string): Shown => ({ file, name });

export const notYet = (why: string): NotDone => ({ when: 'not yet', why });
export const onPurpose = (why: string): NotDone => ({ when: 'on purpose', why });

/** The parts of the graph that do what a statement says. */
export function coordinatesOf([, by]: Statement): string[] {
  return typeof by === 'string' ? by.split(', ') : [];
}

/** The tests that show statements, each once. */
export function testsOf(statements: readonly Statement[]): Shown[] {
  const shown = statements.flatMap(([, , test]) => test ?? []);
  return [...new Map(shown.map((test) => [`${test.file} ${test.name}`, test])).values()];
}

/** What became of one test. */
export interface Result {
  /** The path of its file. */
  file: string;
  title: string;
  /** The groups that it stands in. */
  ancestorTitles: readonly string[];
  status: string;
}

/** The tests that do not exist, or that failed in one of their cases. */
export function unshown(tests: readonly Shown[], results: readonly Result[]): Shown[] {
  return tests.filter(({ file, name }) => {
    const title = new RegExp(`^${name.split(PLACEHOLDER).map(RegExp.escape).join('.*')}$`, 's');
    const cases = results.filter(
      (result) =>
        result.file.endsWith(`/test/${file}`) && [result.title, ...result.ancestorTitles].some((it) => title.test(it)),
    );
    return cases.length === 0 || cases.some(({ status }) => status !== 'passed');
  });
}

/** What stands for a value of each case in the name of a test. */
const PLACEHOLDER = /%[sdifjoO]|\$\w+(?:\.\w+)*/;

/** All statements of these pages, in their order. */
export function statementsOf(pages: readonly VendorPage[]): Statement[] {
  return pages.flatMap(({ endpoints }) => Object.values(endpoints).flat());
}

const HEAD = `# What the vendors' pages say

Every statement of the five pages that describe the two APIs, in our own words, with the parts of the graph that do it and the test that shows it.
Written by \`npm run conformance\` after all of these tests have passed. Tests are named as their files write them: \`%s\`, \`%j\` and \`$name\` stand for the values of each case.
`;

/** The page, in the order in which the vendors' pages say things. */
export function vendorPageOf(pages: readonly VendorPage[]): string {
  const statements = statementsOf(pages);
  const held = statements.filter(([, , test]) => test !== undefined).length;
  const count = `Of ${statements.length} statements ${held} hold. The others say why not.`;
  return [HEAD, count, '', ...pages.flatMap(sectionOf)].join('\n');
}

function sectionOf({ title, endpoints }: VendorPage): string[] {
  const tables = Object.entries(endpoints).flatMap(([endpoint, statements]) => [
    `### ${/^[A-Z]+ \//.test(endpoint) ? `\`${endpoint}\`` : endpoint}`,
    '',
    ...['| statement | in the graph | shown by |', '| --- | --- | --- |'],
    ...statements.map(rowOf),
    '',
  ]);
  return [`## ${title}`, '', ...tables];
}

function rowOf(statement: Statement): string {
  const [says, by, test] = statement;
  if (typeof by !== 'string') return tableRow([says, by.when, by.why]);
  const coordinates = coordinatesOf(statement).map((coordinate) => `\`${coordinate}\``);
  return tableRow([says, coordinates.join(', '), `[${test?.name}](../test/${test?.file})`]);
}
