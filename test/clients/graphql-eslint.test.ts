import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { found } from '../support/conformance.ts';
import { client, clientsAreThere, run } from './client-programs.ts';

interface Complaint {
  ruleId: string;
  line: number;
  message: string;
}

/** A rule that the schema breaks on purpose. */
interface Exception {
  rule: string;
  /** Who may break it, and why; a sentence for the page. */
  why: string;
  /** The types or fields that may; all when left out. */
  where?: RegExp;
  /** What is complained about; anything when left out. */
  message?: RegExp;
}

const EXCEPTIONS: Exception[] = [
  {
    rule: 'relay-edge-types',
    message: /^A list type should only wrap an edge type/,
    why: 'Lists need not wrap edges only: connections also have `nodes`, and what a row holds as a whole is a plain list.',
  },
  {
    rule: 'relay-edge-types',
    message: /must implement `Node`/,
    where: /^(?:AttributeImportError|CustomerProfileChange)Edge$/,
    why: 'A refused line of a file and a change of a customer have no key by which they could be fetched again.',
  },
  {
    rule: 'relay-arguments',
    where: /^(?:customerProfileChanges|errors)$/,
    why: '`customerProfileChanges` and the `errors` of an import are read forwards only, as they grow.',
  },
  {
    rule: 'relay-arguments',
    message: /^Field `gdprRequests`/,
    where: /^gdprRequests$/,
    why: 'Those of a `DataSubject` are searched for, newest first; those of `Query` are walked in both directions by other tests.',
  },
  {
    rule: 'strict-id-in-types',
    where: /(?:Connection|Edge|PageInfo)$/,
    why: 'Connections, edges and `PageInfo` say where rows stand, and are none.',
  },
  {
    rule: 'strict-id-in-types',
    where: /(?:Success|Error|Outcome|InvalidInputIssue)$/,
    why: 'What a mutation came to, with its errors and issues, and a refused line do not last.',
  },
  {
    rule: 'strict-id-in-types',
    where: /^(?:AttributeChange|AttributeValue|CustomerProfileChange|SetElement|SystemAttributes)$/,
    why: 'Values and their changes belong to a profile, a system and a key: the API has no id for them.',
  },
  {
    rule: 'strict-id-in-types',
    where: /^(?:GdprPerson|GdprRequestDeclaration|Installation|ProfileApplication|RemovedAttribute)$/,
    why: 'Persons and declarations of a request, applications of a profile and removed attributes come with their owner only.',
  },
  {
    rule: 'strict-id-in-types',
    where: /^(?:DataSubject|MissingPart|Provenance|GdprRequestEvent|UpstreamBudget|UpstreamLimit)$/,
    why: 'What is known of a person, with its sources and gaps, an event, and what is left of a limit are true for a moment.',
  },
];

const LINES = readFileSync('schema.graphql', 'utf8').split('\n');

/** The type or field that a line of the schema declares. */
function nameAt(line: number): string {
  return /^\s*(?:type |interface )?(\w+)/.exec(LINES[line - 1] ?? '')?.[1] ?? '';
}

function allows({ rule, message, where }: Exception, complaint: Complaint): boolean {
  return (
    complaint.ruleId === `@graphql-eslint/${rule}` &&
    (message?.test(complaint.message) ?? true) &&
    (where?.test(nameAt(complaint.line)) ?? true)
  );
}

describe.runIf(clientsAreThere())('graphql-eslint', { timeout: 60_000 }, () => {
  test('the schema is clean under schema-recommended and schema-relay, but for exceptions with a reason', async (context) => {
    const complaints = (await run('graphql-eslint', 'schema.graphql')) as Complaint[];
    expect(complaints.filter((complaint) => !EXCEPTIONS.some((it) => allows(it, complaint)))).toEqual([]);
    const unused = EXCEPTIONS.filter((it) => !complaints.some((complaint) => allows(it, complaint)));
    expect(unused).toEqual([]);
    const notes = EXCEPTIONS.map(({ rule, why }) => `\`${rule}\`, on purpose. ${why}`);
    found(context, client('@graphql-eslint/eslint-plugin'), `clean, ${notes.length} exceptions`, notes);
  });
});
