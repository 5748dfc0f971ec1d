import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** An operation that GraphiQL opens in a tab, named after the operation, and that runs as it is. */
export interface ReadyOperation {
  /** The operation, below comments on what a newcomer sees by running it, and what it costs; in lines that are all in sight. */
  operation: string;
  /** As JSON. Not for the first of all: GraphiQL would not fill them in. */
  variables: string | null;
}

const FOLDER = new URL('graphiql-examples/', import.meta.url);

/** In the order of the tabs, which the names of the files give: to have one more, add a file, and one of its variables. */
export const READY_OPERATIONS: readonly ReadyOperation[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.graphql'))
  .sort()
  .map((file) => {
    const variables = new URL(file.replace(/graphql$/, 'json'), FOLDER);
    return {
      operation: readFileSync(new URL(file, FOLDER), 'utf8'),
      variables: existsSync(variables) ? readFileSync(variables, 'utf8').trim() : null,
    };
  });
