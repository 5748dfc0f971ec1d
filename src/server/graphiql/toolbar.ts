import { readFileSync } from 'node:fs';

/** How a caller can be known: the header that says so, and what people call it. */
const CREDENTIALS = { jwt: ['authorization', 'Token'], secret: ['x-gateway-secret', 'Secret'] } as const;

export interface ToolbarOptions {
  /** Whether the data is made up. */
  readonly isSandbox: boolean;
  /** The APIs that can be called. */
  readonly apis: readonly { readonly api: string; readonly title: string }[];
  /** How callers can be known. */
  readonly ways: readonly (keyof typeof CREDENTIALS | 'none')[];
}

const fileBeside = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

/** The script of the toolbar, which must run before that of GraphiQL. */
export const TOOLBAR_SCRIPT = fileBeside('toolbar.js');

/**
 * The bar above GraphiQL, with its style and script: whether the data is real, what the last operation has cost and
 * which calls it made, and who calls. It borrows the colors of GraphiQL's own class.
 */
export function toolbarHtml({ isSandbox, apis, ways }: ToolbarOptions): string {
  const [mode, sentence] = isSandbox
    ? ['SANDBOX', 'All data is made up: change what you like.']
    : [
        'LIVE',
        `Real data of ${apis.map(({ title }) => title).join(' and ')}. Calls count against the limits of the accounts.`,
      ];
  const credentials = ways.flatMap((way) => (way === 'none' ? [] : [CREDENTIALS[way]]));
  const options = credentials.map(([header, name]) => `<option value="${header}">${name}</option>`);
  // What is typed is hidden by style: browsers offer to store passwords.
  const fields = `<select aria-label="Credential">${options.join('')}</select>
<input aria-label="Value" required autocomplete="off" spellcheck="false"><button>Sign in</button>`;
  return `<style>${fileBeside('toolbar.css')}</style>
<header id="toolbar" class="graphiql-container" data-mode="${mode}">
<details><summary><b>${mode}</b><span>${sentence}</span><span role="status">Run an operation to see its calls.</span></summary>
<div><table></table></div></details>
<form hidden>${options.length > 0 ? fields : ''}<output></output></form>
</header>
<script>${TOOLBAR_SCRIPT}</script>`;
}
