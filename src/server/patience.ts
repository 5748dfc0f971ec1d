import { readFile, readlink } from 'node:fs/promises';
import type { Duplex } from 'node:stream';

/** What a byte that a client takes or brings is worth, in milliseconds: it may be as slow as 250 bytes a second. */
const MS_PER_BYTE = 4;

/** How often it is looked after a client within its patience. */
const LOOKS = 10;

/** How long a client may stand still, in milliseconds; every byte that moves gives some back. */
export class Patience {
  readonly #ms: number;
  #leftMs: number;
  #moved: number;

  /** `moved` is how many bytes have moved so far. */
  constructor(ms: number, moved = 0) {
    this.#ms = ms;
    this.#leftMs = ms;
    this.#moved = moved;
  }

  /** Called every `lookEveryMs(ms)`, with how many bytes have surely moved by now. Tells whether it is over. */
  isOver(moved: number): boolean {
    const gained = Math.max(0, moved - this.#moved) * MS_PER_BYTE;
    this.#moved = Math.max(this.#moved, moved);
    this.#leftMs = Math.min(this.#ms, this.#leftMs + gained) - lookEveryMs(this.#ms);
    return this.#leftMs <= 0;
  }
}

/** How long to wait between two looks at clients that have so much patience, in milliseconds. */
export function lookEveryMs(patienceMs: number): number {
  return patienceMs / LOOKS;
}

/** All connections, each with what the other end has yet to acknowledge, in hexadecimal. Only Linux has these files. */
const TABLES = ['/proc/self/net/tcp', '/proc/self/net/tcp6'];
const LINE = /^ *\d+: \S+ \S+ \S+ ([0-9A-F]+):\S+ \S+ \S+ +\d+ +\d+ (\d+)/gm;

/**
 * How many bytes the client of each connection has acknowledged. What the system has accepted is some megabytes more,
 * so that slow readers would seem to stand still; elsewhere than on Linux nothing else is known.
 */
export async function takenBytes(sockets: readonly Duplex[]): Promise<number[]> {
  // First of all: what is accepted meanwhile would seem to be acknowledged.
  const accepted = sockets.map(acceptedBytes);
  const tables = await Promise.all(TABLES.map((table) => readFile(table, 'latin1').catch(() => '')));
  const queues = new Map([...tables.join('').matchAll(LINE)].map(([, queue = '0', inode]) => [inode, queue]));
  const inodes = await Promise.all(accepted.map(({ fd }) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return accepted.map(({ bytes }, index) => {
    const [inode] = /\d+/.exec(inodes[index] ?? '') ?? [];
    return bytes - Number.parseInt(queues.get(inode) ?? '0', 16);
  });
}

/** Streams count a long write only when all of it is out. */
function acceptedBytes(socket: Duplex): { fd: number; bytes: number } {
  const { _handle: handle } = socket as { _handle?: { fd: number; bytesWritten: number; writeQueueSize: number } };
  return { fd: handle?.fd ?? -1, bytes: handle ? handle.bytesWritten - handle.writeQueueSize : 0 };
}
