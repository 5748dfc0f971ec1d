import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { GraphiQLOptions } from 'graphql-yoga';
import { MARK } from '../front-page-html.ts';
import { examplesFor } from './examples.ts';
import type { GraphiqlPage } from './render.ts';
import type { ToolbarOptions } from './toolbar.ts';

const LOGO = MARK.replace('33 22', '40 22').replace('currentColor', '#7d5bd0');

/**
 * The page, made when first asked for and kept; one that failed is tried again by the next caller. GraphiQL takes 50 MB,
 * and to be imported and compressed a second: a gateway that nobody opens in a browser does not pay it. It is left to a
 * thread that ends and takes GraphiQL's code with it, so that operations do not wait.
 */
export function graphiqlPage(toolbar: ToolbarOptions): () => Promise<GraphiqlPage> {
  let made: Promise<GraphiqlPage> | undefined;
  const make = async (): Promise<GraphiqlPage> => {
    const workerData = { options: optionsOf(toolbar), toolbar };
    const [page] = await once(new Worker(new URL('./render.ts', import.meta.url), { workerData }), 'message');
    return page;
  };
  return () => {
    made ??= make().catch((error) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

/**
 * The page prints these into its script as they are: nothing in them may come from a user or end the script. GraphiQL
 * would take the first tab's variables from an option that makes it open one more tab at every reload, so it has none.
 */
function optionsOf(toolbar: ToolbarOptions): GraphiQLOptions & { onEditQuery: null } {
  return {
    title: 'Hood + SOR',
    favicon: `data:image/svg+xml,${encodeURIComponent(LOGO)}`,
    logo: LOGO,
    defaultTabs: examplesFor(toolbar).map(({ operation, variables }) => ({
      query: operation,
      variables,
      headers: null,
    })),
    defaultEditorToolsVisibility: 'variables',
    // Sent with every operation, whatever the editor of headers says: who tries one sees its cost and its calls.
    additionalHeaders: { 'x-upstream-cost': 'calls' },
    // A token that was typed in goes when the page does.
    shouldPersistHeaders: false,
    // By default the page copies every operation into its address, from where personal data reaches logs and histories.
    onEditQuery: null,
    // Otherwise subscriptions go by GET, with their variables in the address.
    method: 'POST',
  };
}
