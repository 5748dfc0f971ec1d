import { expect, test } from 'vitest';
import type { Contestant } from './contestants/contestant.ts';
import { gateway, handWritten, OWN } from './contestants/index.ts';
import { framesOf } from './flame-graph/frames.ts';
import { flameGraphPage } from './flame-graph/page.ts';
import { chartOf } from './page/chart.ts';
import { pageOf } from './page/page.ts';
import type { Server } from './process.ts';
import { figure, type Section } from './rows/section.ts';
import { COMPARED, sideBySide } from './rows/side-by-side.ts';
import { openScene } from './scene.ts';

const SHORT = { warmUpRequests: 1, rounds: 1, roundSeconds: 0.05, operations: 1 };
const ABSENT: Contestant = { ...handWritten, name: 'somebody absent', missing: 'not installed: npm ci' };

test('contestants that give the same answers are measured in turn, which makes a page and a chart', {
  timeout: 60_000,
}, async () => {
  await using stack = new AsyncDisposableStack();
  const scene = stack.use(await openScene({}, SHORT));
  const servers = await Promise.all(OWN.map(async (each) => [each, stack.use(await each.start(scene))] as const));
  const started = new Map<Contestant, Server>(servers);

  const sections: Section[] = [];
  for (const name of COMPARED) sections.push(await sideBySide(scene, started, [ABSENT], name));

  const circumstances = { date: '2026-01-01', machine: 'a machine', node: '26.0.0', load: '0.0', wasBusy: false };
  const page = pageOf(sections, [...OWN, ABSENT], circumstances);
  expect(page).toContain('### List of 50 GDPR requests joined with 50 profiles');
  for (const { name } of OWN) expect(page.split(`| ${name} |`)).toHaveLength(1 + COMPARED.length);
  expect(page).toContain('| somebody absent | not installed: npm ci |');
  expect(page).toContain('joined: speed as a multiple of that of Tailcall | ≥ 3.5 | not measured | **not reached**');
  expect(page).not.toMatch(/NaN|undefined/);
  expect(chartOf(sections.flatMap(({ bars }) => bars ?? [])).match(/<rect class="ours"/g)).toHaveLength(
    COMPARED.length,
  );

  const liar: Contestant = { ...handWritten, name: 'a liar', normalized: () => ({ data: { gdprRequests: null } }) };
  const lying = new Map([...started].filter(([each]) => each === gateway)).set(
    liar,
    started.get(handWritten) as Server,
  );
  await expect(sideBySide(scene, lying, [], 'list')).rejects.toThrow('The answer of a liar differs');
});

test('what the system does not count is shown as such', () => {
  expect([figure(Number.NaN), figure(Infinity), figure(1234.56, 1), figure(0.5)]).toEqual(['–', '–', '1,234.6', '1']);
});

test('a profile becomes a page that shows which functions call which, without the time in which nothing was done', async () => {
  const call = (functionName: string, url = '') => ({
    functionName,
    url,
    scriptId: '1',
    lineNumber: 9,
    columnNumber: 0,
  });
  const frames = framesOf({
    startTime: 0,
    endTime: 1,
    nodes: [
      { id: 1, callFrame: call('(root)'), children: [2, 3] },
      { id: 2, callFrame: call('(idle)'), hitCount: 90 },
      { id: 3, callFrame: call('', 'file:///somewhere/src/server/a.ts'), hitCount: 2, children: [4, 5] },
      { id: 4, callFrame: call('</script>', 'file:///somewhere/node_modules/graphql/b.js'), hitCount: 3 },
      { id: 5, callFrame: call('never', 'node:events'), hitCount: 0 },
    ],
  });
  const inner = { name: '</script> graphql/b.js:10', origin: 'packages', value: 3, children: [] };
  const outer = { name: '(anonymous) src/server/a.ts:10', origin: 'ours', value: 5, children: [inner] };
  expect(frames).toEqual({ name: '(root)', origin: 'engine', value: 5, children: [outer] });

  const page = await flameGraphPage('a case', frames);
  expect(page.match(/<\/script>/g)).toHaveLength(2);
  expect(page).not.toMatch(/(?:src|href)=/);
});
