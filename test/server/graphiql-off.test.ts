import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';

test('where GraphiQL is off, a browser gets nothing of it, and clients notice nothing', async () => {
  await using gateway = await startGateway({ env: { GRAPHIQL: 'off' } });
  const headers = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
  const answers = await Promise.all(['/graphql', '/'].map((path) => gateway.fetch(path, { headers })));
  expect(answers.map(({ status }) => status)).toEqual([400, 200]);
  for (const answer of answers) expect(await answer.text()).not.toMatch(/graphiql|<script/i);
  const html = await gateway.fetch('/graphql', { headers: { accept: 'text/html' } });
  expect([html.status, await html.text()]).toEqual([406, '']);
  expect(await gateway.query('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
});
