import { existsSync, readFileSync } from 'node:fs';
import { expect, type TestContext } from 'vitest';
import { type Finding, noteFor, PAGE, rowFor, sectionOf, WRITES_PAGE } from '../conformance/page.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What `npm run conformance` writes about the test. */
    finding?: Finding;
  }
}

/** A program of somebody else's that the gateway has to get on with. */
export interface Judge {
  /** As its registry calls it. */
  name: string;
  version: string;
}

/** A package as a judge, in the version installed under a folder such as `test/clients`, or under the root: `.`. */
export function judgeFrom(folder: string, name: string): Judge {
  const manifest = `${folder}/node_modules/${name}/package.json`;
  return { name, version: existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : '' };
}

/**
 * The last statement of a test that has a judge: records what came out, and fails where the page says otherwise.
 * What was judged is the test's own name; notes name exceptions and limits, each with its reason.
 */
export function found(
  { task }: Pick<TestContext, 'task'>,
  { name, version }: Judge,
  result = 'passes',
  notes: readonly string[] = [],
): void {
  const section = sectionOf(task.file.filepath);
  const finding = { section, judge: name, version, what: task.name, result, notes };
  task.meta.finding = finding;
  if (process.env[WRITES_PAGE]) return;
  const lines = existsSync(PAGE) ? readFileSync(PAGE, 'utf8').split('\n') : [];
  const expected = [rowFor(finding), ...notes.map((note) => noteFor(name, note))];
  expect(lines, `${PAGE} is out of date: npm run conformance`).toEqual(expect.arrayContaining(expected));
}
