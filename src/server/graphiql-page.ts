import { once as eventOf } from 'node:events';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { brotliCompress, gzip, constants as zlib } from 'node:zlib';
import type { GraphiQLOptions } from 'graphql-yoga';
import type { ContentCoding } from './content-coding.ts';
import { readyOperations } from './graphiql-examples.ts';
import type { RenderedPage } from './graphiql-worker.ts';

/** GraphiQL as one HTML file of 9 MB that loads nothing else. */
export interface GraphiqlPage extends Omit<RenderedPage, 'html'> {
  /** The page in one coding, compressed when first asked for. */
  body(coding: ContentCoding): Promise<Uint8Array<ArrayBuffer>>;
}

/** Headers that the page sends with every operation, whatever its headers editor says: who tries one sees its cost. */
const ALWAYS_SENT: Readonly<Record<string, string>> = { 'x-upstream-cost': '1' };

/**
 * The page, made when first asked for and kept. Importing GraphiQL takes 50 MB and a quarter of a second, compressing
 * its page half a second: a gateway that nobody opens in a browser does not pay it, and operations do not wait for it.
 */
export function graphiqlPage(promptForSecret: boolean): () => Promise<GraphiqlPage> {
  return once(async () => {
    const { html, ...page } = await rendered(optionsOf(promptForSecret ? SECRET_PROMPT : null));
    const bodies: Record<ContentCoding, () => Promise<Uint8Array<ArrayBuffer>>> = {
      identity: async () => html,
      gzip: once(() => promisify(gzip)(html)),
      br: once(() => compressedByBrotli(html)),
    };
    return { ...page, body: (coding) => bodies[coding]() };
  });
}

/** Rendered by another thread, which ends and takes GraphiQL's code with it. */
async function rendered(options: GraphiQLOptions): Promise<RenderedPage> {
  const worker = new Worker(new URL('./graphiql-worker.ts', import.meta.url), { workerData: options });
  const [page] = await eventOf(worker, 'message');
  return page;
}

const SECRET_PROMPT = JSON.stringify({ 'x-gateway-secret': '' }, null, 2);

/**
 * The page prints these into its script as they are: nothing in them may come from a user or end the script.
 * The first tab takes its headers from `defaultHeaders` alone, the others from their own; GraphiQL would take the
 * first tab's variables from an option that makes it open one more tab at every reload, so the first has none.
 */
function optionsOf(headers: string | null): GraphiQLOptions {
  const options: GraphiQLOptions & { onEditQuery: null } = {
    title: 'Hood + SOR',
    favicon: `data:image/svg+xml,${encodeURIComponent(MARK)}`,
    logo: MARK,
    defaultTabs: readyOperations().map(({ operation, variables }) => ({ query: operation, variables, headers })),
    ...(headers === null ? {} : { defaultHeaders: headers }),
    defaultEditorToolsVisibility: headers === null ? 'variables' : 'headers',
    additionalHeaders: { ...ALWAYS_SENT },
    // A token that was typed in goes when the page does.
    shouldPersistHeaders: false,
    // By default the page copies every operation into its address, from where personal data reaches logs and histories.
    onEditQuery: null,
  };
  return options;
}

/** Two APIs, one graph. */
const MARK =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 32" fill="none" stroke="#7d5bd0" stroke-width="3"><circle cx="12" cy="16" r="9"/><circle cx="21" cy="16" r="9"/></svg>';

/** 1.9 MB; a higher quality takes four times as long for 1% less. */
function compressedByBrotli(page: Uint8Array) {
  return promisify(brotliCompress)(page, {
    params: { [zlib.BROTLI_PARAM_QUALITY]: 6, [zlib.BROTLI_PARAM_SIZE_HINT]: page.length },
  });
}

/** Callers share one making; one that failed is tried again by the next caller. */
function once<Made>(make: () => Promise<Made>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  return () => {
    made ??= make().catch((error) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
