import { mixed, type Person, person, pick } from '../people.ts';
import { COMPANY_ID, createdAt, createTime, type GeneratedColumns, generatedId, gmt, mostly } from './generated-row.ts';

/** How many people the requests of the two APIs have in common. */
const KNOWN_PEOPLE = 2500;

/** Both ways in which the vendor writes consent withdrawal, and the other documented reasons. */
export const SUBMISSION_REASONS = [
  ...['data-no-longer-necessary', 'consent-withrawal', 'consent-withdrawal', 'article-21-gdpr'],
  ...['unlawful-processing', 'eu-legal-obligation', 'child-subject'],
];

const REMOVAL_WISH = 'I also would like to have some non identifiable information removed.';

const STATUSES = ['pending', 'pending', 'approved', 'denied'];
const statusOf = mostly((n) => pick(STATUSES, n, 2), [223, 43, 'escalated']);

/** Requests about people of both APIs; every 17th is about somebody whom only Hood knows. */
export const generatedGdprRequests: GeneratedColumns = {
  id: generatedId,
  company_id: () => COMPANY_ID,
  // Some servers print long ids as bare numbers, which a careless client rounds.
  client_id: mostly((n) => subjectOf(n).clientId, [97, 5, (n) => BigInt(subjectOf(n).clientId)]),
  status: statusOf,
  submission_reason: mostly(
    (n) => pick(SUBMISSION_REASONS, n, 3),
    [241, 31, 'portability-request'], // no page lists this one
    [173, 19, null],
  ),
  rejection_reason: (n) => {
    if (statusOf(n) === 'denied') return 'Proof of identity is not valid.';
    return n % 3 === 1 ? undefined : null;
  },
  additional_information: mostly(null, [5, 2, REMOVAL_WISH]),
  information_to_remove: (n) => `All identifiable information about ${nameOf(n)}.`,
  proof_of_address: (n) => proofUrl(n, 'proof_of_address'),
  proof_of_identity: mostly((n) => proofUrl(n, 'proof_of_identity'), [7, 3, null]),
  request_declaration: mostly(
    (n) => ({ data_holder_name: 'some-website.com', date: declaredOn(n), signature: nameOf(n) }),
    [89, 17, []],
    [83, 13, null],
  ),
  requester_information: mostly(
    contactOf,
    [61, 7, []], // PHP's empty object
    [67, 23, null],
    [71, 29, undefined],
    [73, 11, (n) => ({ email: subjectOf(n).email })],
  ),
  subject_information: mostly(contactOf, [59, 37, []], [79, 41, {}], [4, 1, null]),
  create_time: mostly(createTime, [499, 11, '0000-00-00 00:00:00']),
  update_time: mostly(
    (n) => gmt(createdAt(n) + (statusOf(n) === 'pending' ? 0 : mixed(n, 5) % 2_592_000)),
    [251, 47, '1970-01-01 00:00:00'], // "never"
    [367, 53, 'soon'],
    [379, 61, undefined],
    [389, 59, (n) => `${createTime(n).replace(' ', 'T')}Z`], // as the vendor's reports print it
  ),
};

/** The person whom the `n`-th request is about. */
function subjectOf(n: number): Person {
  return person(n % 17 === 16 ? 1_000_000 + n : n % KNOWN_PEOPLE);
}

function nameOf(n: number): string {
  const { firstName, lastName } = subjectOf(n);
  return `${firstName} ${lastName}`;
}

function contactOf(n: number): object {
  return {
    full_name: nameOf(n),
    address: `${1 + (n % 200)} Acacia Avenue`,
    email: subjectOf(n).email,
    phone_number: `+1341${String(mixed(n, 7)).padStart(10, '0').slice(0, 7)}`,
  };
}

function proofUrl(n: number, name: string): string {
  return `https://storage.ocamba.com/${COMPANY_ID}/hood/gdpr-request/${subjectOf(n).clientId}/${name}.pdf`;
}

/** Mostly as in the samples; the page calls the format "YY-MMMM-DD", so a few are written like that. */
const declaredOn = mostly((n) => createTime(n).slice(0, 10), [101, 71, '21-January-21'], [103, 83, '2025-02-30']);
