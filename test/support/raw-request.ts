import { once } from 'node:events';
import { connect } from 'node:net';

/** What came back, until the other side closed the connection. */
export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Everything, as it came. */
  text: string;
}

/** Sends these bytes, as latin1, to an origin, and reads until the connection ends. */
export async function sendRaw(origin: string, bytes: string): Promise<RawAnswer> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', () => {}).write(bytes, 'latin1');
  await once(socket, 'close');
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(lines.map((line) => line.toLowerCase().split(/: ?/, 2) as [string, string])),
    body: text.slice(end + 4),
    text,
  };
}
