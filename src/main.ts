import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { type Logger, pino } from 'pino';
import { createApp } from './app.ts';
import { startTable } from './config/accounts.ts';
import { type Config, ConfigError, publicUrlOf, readConfig } from './config/config.ts';
import { watchSecretFiles } from './config/secret-files.ts';
import { orExit } from './exit.ts';
import { loadPlugins, takingIn } from './plugins.ts';
import { HttpServer } from './server/http-server.ts';
import { collectGarbage } from './server/memory-pressure.ts';
import { openTelemetry } from './telemetry.ts';
import { terminalLog } from './terminal-log.ts';
import { openUpstreams } from './upstreams.ts';

/** How long calls to the APIs may still take for which no caller is left, in milliseconds. */
const LAST_CALLS_MS = 1_000;

/** How often the gateway looks whether the npm that has started it is still there, in milliseconds. */
const NPM_LOOK_MS = 1_000;

/** The process: reads its settings, starts, and lets open requests finish when it is told to stop. */
async function main(): Promise<void> {
  const told = toldToStop();
  const read = readSettings();
  const plugins = await loadPlugins(read.PLUGINS);
  const { stdout } = process;
  const log = pino({ level: read.LOG_LEVEL }, stdout.isTTY ? terminalLog(stdout) : pino.destination(1));
  await using stack = new AsyncDisposableStack();
  const settings = read.UPSTREAM === 'sandbox' ? await withSandbox(read, stack, log) : read;
  const { AUDIT = 'stdout', REDIS_URL } = settings;
  if (REDIS_URL) {
    const { refusesCredential } = await import('./http/redis/redis-connection.ts');
    const refusals = await Promise.all(REDIS_URL.map(refusesCredential));
    if (refusals.includes(true))
      throw new ConfigError(['REDIS_URL must have the user and the password that Redis expects.']);
  }
  // Otherwise hardly anything would be answered, and only callers would notice.
  if (AUDIT !== 'stdout')
    await appendFile(AUDIT, '', { mode: 0o600 }).catch(({ code }) => {
      const given = JSON.stringify(AUDIT);
      throw new ConfigError([
        `AUDIT is ${given}, but must be stdout or the path of a file that can be written (${code}).`,
      ]);
    });
  const telemetry = await openTelemetry(settings, log, stack).catch(refuseToListen);
  const upstreams = stack.use(await openUpstreams(settings, log, telemetry));
  watchSecretFiles(settings, readSettings, log);

  const server = new HttpServer(settings.CLIENT_TIMEOUT, settings.KEEP_ALIVE_TIMEOUT);
  await once(server.listen(settings.PORT, settings.HOST), 'listening').catch(refuseToListen);
  Object.assign(settings, { PORT: (server.address() as AddressInfo).port });
  const options = { config: settings, upstreams, log, telemetry, plugins, stopping: server.stopping };
  server.on('request', stack.use(takingIn(plugins, () => createApp(options))));
  for (const { title, mode, ...details } of startTable(read)) {
    log.info(details, `${title}: ${mode}`);
    if (mode === 'not configured') log.warn(`${details.because}: fields of ${title} answer UPSTREAM_UNAVAILABLE`);
  }
  if (settings.secretIsRandom) log.warn('SECRET is not set: cursors and links end with this process');
  if (settings.UPSTREAM === 'sandbox') {
    log.warn(
      'SANDBOX: all data is made up, no API is called. Set HOOD_TOKEN or SOR_TOKEN for real data, and leave UPSTREAM unset',
    );
  } else if (settings.HOOD_CLIENT_ID_IS !== 'none') {
    // No page of either vendor says it, and a wrong guess joins the wrong people.
    log.info(`HOOD_CLIENT_ID_IS=${settings.HOOD_CLIENT_ID_IS}: a client_id of Hood is taken for that id of SOR`);
  }
  log.info(`listening on ${publicUrlOf({ ...settings, PUBLIC_URL: undefined })}/graphql`);

  // What starting has left behind is a quarter of what the process occupies, and the system gets it back.
  setTimeout(() => collectGarbage('last-resort'), 1_000).unref();

  await told;
  const drained = server.drain(settings.DRAIN_DELAY, settings.DRAIN_TIMEOUT);
  log.info('stopping: open requests may finish');
  const cut = await drained;
  if (cut === 0) return;
  log.warn({ connections: cut }, 'stopped before all had their answers');
  setTimeout(() => process.exit(), LAST_CALLS_MS).unref();
}

/** Resolves when the process is told to stop. Told again, it ends at once. */
function toldToStop(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  // Ctrl+C reaches this process from the terminal, and from npm once more.
  const echoMs = process.argv.includes('--npm') ? 250 : 0;
  let toldAt = Infinity;
  const tell = () => {
    if (performance.now() - toldAt > echoMs) process.exit(1);
    toldAt = Math.min(toldAt, performance.now());
    resolve();
  };
  process.on('SIGTERM', tell).on('SIGINT', tell);
  if (process.argv.includes('--npm')) endWith(process.ppid, resolve);
  return promise;
}

/** SIGHUP ends npm, which does not pass it on: whoever looks for the gateway there would never find it again. */
function endWith(npm: number, stop: () => void): void {
  const timer = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(timer);
    stop();
  }, NPM_LOOK_MS).unref();
}

/** A taken port is the commonest mistake at a start, and no mistake of the program's: it gets a sentence. */
function refuseToListen({ code, message }: NodeJS.ErrnoException): never {
  process.stderr.write(`Cannot listen (${code}): ${message}. Set PORT, METRICS_PORT or HOST.\n`);
  process.exit(1);
}

const readSettings = () => readConfig(process.env);

/** Replaces both APIs, so that made-up data never mixes with real data. */
async function withSandbox(config: Config, stack: AsyncDisposableStack, log: Logger): Promise<Config> {
  const { startSandbox, SettingMistake } = await import('./sandbox/settings.ts');
  const { hood, sor, disturbances } = await startSandbox().catch((error) => {
    if (!(error instanceof SettingMistake)) throw error;
    process.stderr.write(`${error.message}.\n`);
    return process.exit(error.cause ? 1 : 2);
  });
  if (disturbances.length > 0) log.warn(`SANDBOX: it is slow, fails or lies on purpose: ${disturbances.join('; ')}`);
  stack.use(hood);
  stack.use(sor);
  return {
    ...config,
    HOOD_URL: hood.origin,
    HOOD_TOKEN: hood.token,
    SOR_URL: sor.api.origin,
    SOR_FEED_URL: sor.feed.origin,
    SOR_TOKEN: sor.token,
    SOR_EMAIL: undefined,
    SOR_PASSWORD: undefined,
  };
}

await orExit(main);
// Whatever is left, such as attempts to send the last spans, holds nothing up.
setTimeout(() => process.exit(), LAST_CALLS_MS).unref();
