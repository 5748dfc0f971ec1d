import { mixed, type Person, person, pick } from '../people.ts';
import { COMPANY_ID, createdAt, every, Generator, generatedId, gmt } from './generated-row.ts';

/** How many people the requests of the two APIs have in common. */
const KNOWN_PEOPLE = 2500;

/** Both ways in which the vendor writes consent withdrawal, the documented others, and one that no page lists. */
const SUBMISSION_REASONS = [
  'data-no-longer-necessary',
  'consent-withrawal',
  'consent-withdrawal',
  'article-21-gdpr',
  'unlawful-processing',
  'eu-legal-obligation',
  'child-subject',
] as const;

/** Requests about people of both APIs; every 17th is about somebody whom only Hood knows. */
export const generatedGdprRequests = new Generator({
  id: generatedId,
  company_id: () => COMPANY_ID,
  client_id: (n) => {
    const { clientId } = subjectOf(n);
    // Some servers print long ids as bare numbers, which a careless client rounds.
    return every(97, 5, n) ? BigInt(clientId) : clientId;
  },
  status: statusOf,
  submission_reason: (n) => {
    if (every(241, 31, n)) return 'portability-request';
    return every(173, 19, n) ? null : pick(SUBMISSION_REASONS, n, 3);
  },
  rejection_reason: (n) => {
    if (statusOf(n) === 'denied') return 'Proof of identity is not valid.';
    return every(3, 1, n) ? undefined : null;
  },
  additional_information: (n) =>
    every(5, 2, n) ? 'I also would like to have some non identifiable information removed.' : null,
  information_to_remove: (n) => `All identifiable information about ${nameOf(subjectOf(n))}.`,
  proof_of_address: (n) => proofUrl(n, 'proof_of_address'),
  proof_of_identity: (n) => (every(7, 3, n) ? null : proofUrl(n, 'proof_of_identity')),
  request_declaration: (n) => {
    if (every(89, 17, n)) return [];
    if (every(83, 13, n)) return null;
    return { data_holder_name: 'some-website.com', date: declaredOn(n), signature: nameOf(subjectOf(n)) };
  },
  requester_information: (n) => {
    if (every(61, 7, n)) return []; // PHP's empty object
    if (every(67, 23, n)) return null;
    if (every(71, 29, n)) return undefined;
    if (every(73, 11, n)) return { email: subjectOf(n).email };
    return contactOf(n);
  },
  subject_information: (n) => {
    if (every(59, 37, n)) return [];
    if (every(79, 41, n)) return {};
    return every(4, 1, n) ? null : contactOf(n);
  },
  create_time: (n) => (every(499, 11, n) ? '0000-00-00 00:00:00' : gmt(createdAt(n))),
  update_time: (n) => {
    if (every(251, 47, n)) return '1970-01-01 00:00:00'; // "never"
    if (every(367, 53, n)) return 'soon';
    if (every(379, 61, n)) return undefined;
    if (every(389, 59, n)) return gmt(createdAt(n)).replace(' ', 'T').concat('Z'); // as the vendor's reports print it
    return gmt(statusOf(n) === 'pending' ? createdAt(n) : createdAt(n) + (mixed(n, 5) % 2_592_000));
  },
});

function statusOf(n: number): string {
  if (every(223, 43, n)) return 'escalated';
  return pick(['pending', 'pending', 'approved', 'denied'], n, 2);
}

const known: Person[] = [];

/** The person whom the `n`-th request is about. */
function subjectOf(n: number): Person {
  if (n % 17 === 16) return person(1_000_000 + n);
  const number = n % KNOWN_PEOPLE;
  known[number] ??= person(number);
  return known[number];
}

function nameOf({ firstName, lastName }: Person): string {
  return `${firstName} ${lastName}`;
}

function contactOf(n: number): Record<string, string> {
  const subject = subjectOf(n);
  return {
    full_name: nameOf(subject),
    address: `${1 + (n % 200)} Acacia Avenue`,
    email: subject.email,
    phone_number: `+1341${String(mixed(n, 7)).padStart(10, '0').slice(0, 7)}`,
  };
}

function proofUrl(n: number, name: string): string {
  return `https://storage.ocamba.com/${COMPANY_ID}/hood/gdpr-request/${subjectOf(n).clientId}/${name}.pdf`;
}

/** Mostly as in the samples; the page calls the format "YY-MMMM-DD", so a few are written like that. */
function declaredOn(n: number): string {
  if (every(101, 71, n)) return '21-January-21';
  return every(103, 83, n) ? '2025-02-30' : gmt(createdAt(n)).slice(0, 10);
}
