import { Agent, request } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';

/** Hands connections on to replicas that are ready, as balancers of TCP do: one that is open stays where it is. */
export interface Balancer extends AsyncDisposable {
  readonly origin: string;
}

/** Asks every replica after each `lookEveryMs` whether it is ready. */
export async function startBalancer(replicas: readonly string[], lookEveryMs: number): Promise<Balancer> {
  const stopping = new AbortController();
  let ready = replicas;
  const looking = (async () => {
    while (!stopping.signal.aborted) {
      const asked = replicas.map((origin) =>
        fetch(`${origin}/ready`).then(
          ({ ok }) => ok,
          () => false,
        ),
      );
      const answers = await Promise.all(asked);
      ready = replicas.filter((_, replica) => answers[replica]);
      await pause(lookEveryMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  let next = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    next += 1;
    const replica = connect(Number(new URL(ready[next % ready.length] ?? '').port), '127.0.0.1');
    for (const socket of [client, replica]) sockets.add(socket.once('close', () => sockets.delete(socket)));
    pipeline(client, replica, () => client.destroy());
    pipeline(replica, client, () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await looking;
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A client that keeps its connection, and asks again as soon as it has an answer. */
export interface BusyClient {
  readonly answers: number;
  /** What went wrong: a status, or the code of an error. */
  readonly failures: readonly string[];
  /** Ends after the answer under way. */
  stop(): Promise<void>;
}

/** Begins to ask. */
export function startBusyClient(origin: string, query: string): BusyClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const failures: string[] = [];
  let [answers, isStopping] = [0, false];
  const ask = () =>
    new Promise<string>((resolve) => {
      const headers = { 'content-type': 'application/json', accept: 'application/json' };
      const asked = request(`${origin}/graphql`, { method: 'POST', agent, headers }, async (answer) => {
        const body = await text(answer).catch(({ code }) => code);
        resolve(answer.statusCode === 200 && body.startsWith('{"data"') ? 'ok' : `${answer.statusCode} ${body}`);
      });
      asked.once('error', ({ message }) => resolve(message)).end(JSON.stringify({ query }));
    });
  const asking = (async () => {
    while (!isStopping) {
      const outcome = await ask();
      if (outcome === 'ok') answers += 1;
      else failures.push(outcome);
    }
    agent.destroy();
  })();
  return {
    get answers() {
      return answers;
    },
    failures,
    stop() {
      isStopping = true;
      return asking;
    },
  };
}
