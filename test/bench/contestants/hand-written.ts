/**
 * The limit: an endpoint that can answer the operations of the benchmark only, on the plainest server Node has:
 * `node hand-written.ts` with the upstreams in `HOOD_URL` and `SOR_URL` and their tokens in `HOOD_TOKEN` and `SOR_TOKEN`.
 * The path names the operation: `POST /list`.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import type { Read } from '../cases/bench-case.ts';
import { caseNamed } from '../cases/index.ts';

const hood = reader(process.env['HOOD_URL'] ?? '', `Bearer ${process.env['HOOD_TOKEN']}`);
const sor = reader(process.env['SOR_URL'] ?? '', `Token ${process.env['SOR_TOKEN']}`);

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  const { variables } = JSON.parse(body) as { variables: object };
  const { handWritten } = caseNamed(request.url?.slice(1));
  const answer = Buffer.from(JSON.stringify(await handWritten(hood, sor, variables)));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer);
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});

function reader(origin: string, authorization: string): Read {
  const pool = new Pool(origin, { connections: 100 });
  return async (path) => {
    const { body } = await pool.request({
      method: 'GET',
      path,
      headers: { accept: 'application/json', authorization },
    });
    return JSON.parse(await body.text());
  };
}
