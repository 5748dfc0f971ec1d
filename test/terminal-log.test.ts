import { readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { terminalLog } from '../src/terminal-log.ts';

test('docs/operations.md says which number stands for which level', () => {
  const [, said = ''] = /In JSON `level` is a number: (.*?)\.\s/.exec(readFileSync('docs/operations.md', 'utf8')) ?? [];
  const { trace: _trace, fatal: _fatal, ...used } = pino.levels.values;
  expect(said.match(/\d+|debug|info|warn|error/g)).toEqual(Object.entries(used).flatMap(([name, n]) => [`${n}`, name]));
});

test('on a terminal a line has its time, its level, its message and what else it says', () => {
  const lines: string[] = [];
  const log = pino({ level: 'debug' }, terminalLog({ write: (text) => lines.push(stripVTControlCharacters(text)) }));
  log.info('listening on http://127.0.0.1:4000/graphql');
  log.warn({ api: 'HOOD', status: 503 }, 'upstream call failed');
  log.info({ operation: 'Screen', upstream: { HOOD: { calls: 1 } }, client: 'the office' }, 'operation');
  log.info({ client: '\u009b31m\u202eoffice' }, 'operation');
  expect(lines).toEqual([
    expect.stringMatching(/^\d\d:\d\d:\d\d info {2}listening on http:\/\/127\.0\.0\.1:4000\/graphql\n$/),
    expect.stringMatching(/^\d\d:\d\d:\d\d warn {2}upstream call failed api=HOOD status=503\n$/),
    expect.stringContaining('operation operation=Screen upstream={HOOD:{calls:1}} client="the office"\n'),
    expect.stringContaining('operation client="\uFFFD31m\uFFFDoffice"\n'),
  ]);
});
