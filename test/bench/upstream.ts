/** A process that stands for both APIs: `node upstream.ts`. What it answers is made beforehand. */
import { type AddressInfo, createServer } from 'node:net';
import { VARIANTS } from './cases/bench-case.ts';
import { clientId, ROWS, requests } from './cases/list.ts';
import { MANY, profileOf } from './cases/profiles.ts';

const END_OF_HEAD = '\r\n\r\n';

/** Answered with the number of other requests so far, so that nobody gains by asking less often than it seems. */
const COUNT_REQUEST = 'GET /answered ';

const lists = Array.from({ length: VARIANTS }, (_, variant) => response(JSON.stringify(requests(variant))));
const profiles = new Map<string, string>();
for (let request = 0; request < Math.max(VARIANTS * ROWS, MANY); request++) {
  profiles.set(clientId(request), JSON.stringify(profileOf(request)));
}
const many = response(profilesAnswer([...profiles.values()].slice(0, MANY)));
const FIRST_CLIENT = BigInt(clientId(0));
let answered = 0;

function answer(head: string): Buffer {
  const { searchParams } = new URL(head.slice('GET '.length, head.indexOf(' HTTP/')), 'http://upstream');
  const without = searchParams.get('client_id')?.slice('neq:'.length);
  // Lists repeat after so many, so that there may be any number of different requests for them.
  if (without) return lists[(Number(BigInt(without) - FIRST_CLIENT) / ROWS) % VARIANTS] as Buffer;
  // Named once with all ids, as the API documents it, or once for each, which is all that some gateways can do.
  const customers = searchParams.getAll('customer_ids').flatMap((ids) => ids.split(','));
  if (customers.length === 0) return many;
  // In another order than asked for.
  return response(profilesAnswer(customers.flatMap((id) => profiles.get(id) ?? []).reverse()));
}

// Plain sockets: an HTTP server would cost as much as a contestant. Nothing here has a request body.
const server = createServer((socket) => {
  let unread = '';
  socket.setNoDelay();
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    unread += chunk.toString('latin1');
    for (let end = unread.indexOf(END_OF_HEAD); end >= 0; end = unread.indexOf(END_OF_HEAD)) {
      if (unread.startsWith(COUNT_REQUEST)) {
        socket.write(response(JSON.stringify(answered)));
      } else {
        answered++;
        socket.write(answer(unread.slice(0, end)));
      }
      unread = unread.slice(end + END_OF_HEAD.length);
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});

function profilesAnswer(found: readonly string[]): string {
  return `{"success":true,"result":{"total_pages":1,"total_profiles":${found.length},"profiles":[${found.join()}]}}`;
}

function response(body: string): Buffer {
  return Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
