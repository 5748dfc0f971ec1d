import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** An operation as clients send it: a `.graphql` file, and a `.json` file of the same name for whatever else it needs. */
export interface CorpusOperation {
  name: string;
  query: string;
  variables?: Record<string, unknown>;
  /** Which one it is, where the document has several. */
  operationName?: string;
  /** The text of a file that is sent along as `variables.input.file`. */
  file?: string;
  /** Of a subscription: a mutation whose effect it tells. */
  meanwhile?: string;
  /** What the upstream paths begin with that fail while it runs. */
  failing?: readonly string[];
  /** The errors that come with its data: the code of each by its path, `a.0.b`. */
  errors?: Readonly<Record<string, string>>;
}

const FOLDER = 'test/corpus';

const ALL: readonly CorpusOperation[] = globSync(`${FOLDER}/*.graphql`).sort().map(operationIn);
const isFollowing = ({ query }: CorpusOperation) => query.startsWith('subscription');

/** All that have one answer, by name. */
export const CORPUS = ALL.filter((operation) => !isFollowing(operation));

/** All subscriptions, by name. */
export const FOLLOWING = ALL.filter(isFollowing);

function operationIn(file: string): CorpusOperation {
  const beside = file.replace(/graphql$/, 'json');
  return {
    ...(existsSync(beside) ? JSON.parse(readFileSync(beside, 'utf8')) : {}),
    name: basename(file, '.graphql'),
    query: readFileSync(file, 'utf8'),
  };
}
