import { hash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { mended } from './graphiql-mends.ts';

/** The page as the worker hands it over. */
export interface RenderedPage {
  readonly html: Uint8Array<ArrayBuffer>;
  /** Names the page's content, without quotes; the same after a restart as long as the page is. */
  readonly version: string;
  /** Lets the page's own script run and talk to its own origin, and nothing else. */
  readonly contentSecurityPolicy: string;
}

/** The editor's workers are blobs, its styles inline, its fonts and icons `data:`. */
function policyFor(scripts: readonly string[]): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.map((script) => `'sha256-${hash('sha256', script, 'base64')}'`).join(' ')}`,
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'font-src data:',
    'img-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** A thread of its own: it takes the page's options, and posts the page. */
const { html: text, scripts } = mended(renderGraphiQL(workerData));
const html = new TextEncoder().encode(text);
const page: RenderedPage = {
  html,
  version: hash('sha256', html, 'base64url'),
  contentSecurityPolicy: policyFor(scripts),
};
parentPort?.postMessage(page, [html.buffer]);
