/** A process that stands for both APIs: `node fixed-upstream.ts`. What it answers is made beforehand. */
import { type AddressInfo, createServer } from 'node:net';
import { VARIANTS } from './bench-case.ts';
import { clientId, ROWS, requests } from './gdpr-list.ts';
import { profileOf } from './joined-list.ts';

const END_OF_HEAD = '\r\n\r\n';

/** Answered with the number of other requests so far, so that nobody gains by asking less often than it seems. */
const COUNT_REQUEST = 'GET /answered ';

const lists = new Map<string, Buffer>();
const profiles = new Map<string, string>();
for (let variant = 0; variant < VARIANTS; variant++) {
  lists.set(clientId(variant * ROWS), response(JSON.stringify(requests(variant))));
  for (let request = variant * ROWS; request < (variant + 1) * ROWS; request++) {
    profiles.set(clientId(request), JSON.stringify(profileOf(request)));
  }
}
let answered = 0;

function answer(request: string): Buffer | undefined {
  const [, customers] = /customer_ids=([\d,]+)/.exec(request) ?? [];
  if (customers === undefined) return lists.get(/client_id=neq:(\d+)/.exec(request)?.[1] ?? '');
  // In another order than asked for.
  const found = customers.split(',').map((id) => profiles.get(id));
  const result = `{"total_pages":1,"total_profiles":${found.length},"profiles":[${found.reverse().join()}]}`;
  return response(`{"success":true,"result":${result}}`);
}

// Plain sockets: an HTTP server would cost as much as either contestant. Nothing here has a request body.
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
        socket.write(answer(unread.slice(0, end)) ?? response('{}'));
      }
      unread = unread.slice(end + END_OF_HEAD.length);
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});

function response(body: string): Buffer {
  return Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
