import { Cluster, Redis, type RedisOptions } from 'ioredis';

/** A connection to Redis that all who need one share. Whatever happens to it, the process goes on. */
export interface RedisConnection extends AsyncDisposable {
  /** Its commands fail at once while Redis is away: nothing queues up, and nothing is sent twice. */
  readonly client: RedisClient;
  /** Says how a command that writes ended: a Redis that takes none of them is as good as away. */
  readonly saw: WriteObserver;
}

/** Called when a command that writes has ended: without an error, if Redis did what it says. */
export type WriteObserver = (error?: unknown) => void;

export type RedisClient = Redis | Cluster;

/**
 * Called when Redis is of use, or no longer: with a code such as `ECONNREFUSED` or `OOM`, as its own words may hold a
 * password.
 */
type OnChange = (isThere: boolean, reason: string | undefined) => void;

/** How long an open connection may leave a command without an answer, in milliseconds. */
const SILENCE_MS = 5000;
const CONNECT_MS = 2000;

/** The longest wait between two attempts to connect, in milliseconds. */
const LONGEST_BACKOFF_MS = 800;

/** How often a connection is given up because its server takes no writes, in milliseconds at least. */
const READONLY_PAUSE_MS = 1000;

/** How long Redis must refuse no write before it counts as there again, in milliseconds: some fit where others do not. */
const STEADY_MS = 5000;

/** Finds out whether Redis takes writes, and leaves nothing there. */
const TRIAL = "redis.call('SET', KEYS[1], '') redis.call('DEL', KEYS[1])";
const TRIAL_KEY = 'hood-sor-gateway:trial';

/** How often it is tried, in milliseconds. */
const TRIAL_EVERY_MS = 1000;

/** Of every connection to one server. */
const OPTIONS = {
  autoResendUnfulfilledCommands: false,
  // What was sent when the connection ended fails then, and not some attempts later.
  maxRetriesPerRequest: 0,
  connectTimeout: CONNECT_MS,
  socketTimeout: SILENCE_MS,
  disableClientInfo: true,
} as const satisfies RedisOptions;

/** How often a command follows its keys to another server of a cluster. What that repeats changes nothing. */
const MOST_REDIRECTIONS = 5;

/**
 * Connects, and connects again for as long as it lives; a Redis that is down is only reported. Several addresses are
 * servers of a cluster, which tell about the others. Throws when one is no URL, without quoting it.
 */
export function openRedis(url: string | readonly string[], onChange: OnChange = () => {}): RedisConnection {
  const [first = '', ...others] = [url].flat();
  if (![first, ...others].every((each) => URL.canParse(each))) throw new TypeError('The URL of Redis cannot be read.');
  const client = others.length > 0 ? openCluster([first, ...others]) : openServer(first);
  let isThere: boolean | undefined;
  let reason: string | undefined;
  let refusedAt = Number.NEGATIVE_INFINITY;
  const change = (next: boolean) => {
    if (next === isThere) return;
    isThere = next;
    onChange(next, next ? undefined : reason);
  };
  // Without a listener ioredis prints the error, with all that is in it.
  client.on('error', (error: Error & { lastNodeError?: Error }) => {
    reason = codeOf(error.lastNodeError ?? error);
  });
  const saw = (error?: unknown) => {
    const code = error === undefined ? undefined : codeOf(error);
    // What is under way when a connection ends fails without a code.
    if (client.status !== 'ready' && !code) return;
    const now = performance.now();
    if (error === undefined) {
      if (now > refusedAt + STEADY_MS) change(true);
    } else {
      refusedAt = now;
      reason = code;
      change(false);
    }
  };
  const tryIt = () => void client.call('EVAL', TRIAL, 1, TRIAL_KEY).then(() => saw(), saw);
  const trials = setInterval(tryIt, TRIAL_EVERY_MS).unref();
  client.on('ready', tryIt);
  client.on('close', () => change(false));
  return {
    client,
    saw,
    async [Symbol.asyncDispose]() {
      isThere = false;
      clearInterval(trials);
      client.disconnect();
    },
  };
}

function openServer(url: string): Redis {
  let leftAt = Number.NEGATIVE_INFINITY;
  return new Redis(url, {
    ...OPTIONS,
    enableOfflineQueue: false,
    retryStrategy: backoff,
    // A replica that was the main server until now: the next connection may find the new one.
    reconnectOnError: ({ message }) => {
      const now = performance.now();
      if (!message.includes('READONLY') || now < leftAt + READONLY_PAUSE_MS) return false;
      leftAt = now;
      return true;
    },
  });
}

/** All its servers take the same user and password. */
function openCluster(urls: [string, ...string[]]): Cluster {
  const { protocol, username, password } = new URL(urls[0]);
  return new Cluster(urls, {
    enableOfflineQueue: false,
    maxRedirections: MOST_REDIRECTIONS,
    clusterRetryStrategy: backoff,
    // Certificates are for the names of servers, not for what these resolve to.
    dnsLookup: (name, callback) => callback(null, name),
    redisOptions: {
      ...OPTIONS,
      username: decodeURIComponent(username),
      password: decodeURIComponent(password),
      ...(protocol === 'rediss:' && { tls: {} }),
    },
  });
}

function backoff(attempts: number): number {
  return Math.min(25 * 2 ** attempts, LONGEST_BACKOFF_MS) * (0.75 + Math.random() / 4);
}

/** Whether a server at `url` is there and refuses the user or password in it. */
export async function refusesCredential(url: string): Promise<boolean> {
  const first = Promise.withResolvers<boolean>();
  await using _ = openRedis(url, (_isThere, reason) => first.resolve(/^(?:WRONGPASS|NOAUTH)$/.test(reason ?? '')));
  return await first.promise;
}

/** What an error of Redis or of the network is called, and nothing else of it. */
export function codeOf(error: unknown): string | undefined {
  const { code, message } = error as Partial<NodeJS.ErrnoException>;
  return code ?? /^[A-Z]{3,}\b/.exec(message ?? '')?.[0];
}

/** The error of an answer that came too late, or not yet. */
export function tooLate(): Error {
  return Object.assign(new Error('Redis took too long.'), { code: 'ETIMEDOUT' });
}

/**
 * The outcome of `work`, or a rejection after `ms` milliseconds: what was waited for may still come. A process that was
 * busy itself first reads what has come meanwhile.
 */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => setImmediate(() => late.reject(tooLate())), ms);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
