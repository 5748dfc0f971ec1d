import { existsSync, readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('graphiql-examples/', import.meta.url);

/**
 * Operations that GraphiQL opens in tabs named after them, and that run as they are, below comments on what a newcomer
 * sees by running them and what they cost; in lines that are all in sight. The files' names give the order. To have one
 * more, add a file, and one of its variables; not for the first of all, whose variables GraphiQL would not fill in.
 */
export function readyOperations() {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.graphql'));
  return files.sort().map((file) => {
    const variables = new URL(file.replace(/graphql$/, 'json'), FOLDER);
    return {
      operation: readFileSync(new URL(file, FOLDER), 'utf8'),
      variables: existsSync(variables) ? readFileSync(variables, 'utf8').trim() : null,
    };
  });
}
