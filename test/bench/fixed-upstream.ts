/** A process that stands for both APIs, each with the same bytes for every request: `node fixed-upstream.ts <case>`. */
import { type AddressInfo, createServer } from 'node:net';
import { caseNamed } from './cases.ts';

const END_OF_HEAD = '\r\n\r\n';

/** Answered with the number of other requests so far, so that nobody gains by asking less often than it seems. */
const COUNT_REQUEST = 'GET /answered ';

const { hood, sor } = caseNamed(process.argv[2]);
const fromHood = response(JSON.stringify(hood));
const fromSor = response(JSON.stringify(sor));
let answered = 0;

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
        socket.write(unread.startsWith('GET /api/') ? fromSor : fromHood);
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
