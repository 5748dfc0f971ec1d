import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { mended } from './graphiql-mends.ts';

/** The page as the worker hands it over. */
export interface RenderedPage {
  html: Uint8Array<ArrayBuffer>;
  /** The SHA-256 of the page, and below of each script in it. */
  hash: Uint8Array;
  scriptHashes: readonly Uint8Array[];
}

/** A thread of its own: it takes the page's options, and posts the page. */
const { html, scripts } = mended(renderGraphiQL(workerData));
const bytes = new TextEncoder().encode(html);
const page: RenderedPage = { html: bytes, hash: sha256(bytes), scriptHashes: scripts.map(sha256) };
parentPort?.postMessage(page, [bytes.buffer]);

function sha256(content: string | Uint8Array): Uint8Array {
  return createHash('sha256').update(content).digest();
}
