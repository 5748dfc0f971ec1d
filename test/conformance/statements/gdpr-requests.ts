import { onPurpose, testsIn, type VendorPage } from '../vendor-page.ts';

const one = testsIn('graph/resources/hood/gdpr-request.test.ts');
const list = testsIn('graph/resources/hood/gdpr-request-list.test.ts');
const decide = testsIn('graph/resources/hood/decide-gdpr-request.test.ts');
const samples = testsIn('graph/resources/hood/printed-samples.test.ts');
const SIZES = samples('windows of %s have all their rows although Hood’s setting allows smaller pages only');
const errors = testsIn('graph/resources/hood/printed-errors.test.ts');
const ORDERS = list('filters and orders reach Hood in its own words');
const SEARCH = list('the search %s reaches Hood, whose page names no field for it');
const WHOLE = one('a request as the vendor documents it comes back whole');
const STATUS = one('the status %s is %s, with the text beside it');
const GROUND = one('the reason %s is %s, with the text beside it');
const ERRORS = errors('the error $printed.code of the page on $page reaches whoever reads the list');
const FULL = testsIn('graph/selection.test.ts')('every read asks for the full view instead of fields');
const paging = testsIn('graph/hood/paging.test.ts');
const FIRST_ROWS = paging('the first rows');
const NEXT_ROWS = paging('the rows behind a cursor that lies on no page boundary');

const create = testsIn('graph/resources/hood/create-gdpr-request.test.ts');
const LIMITS = create('every limit of the page is checked before anything is sent, and all mistakes are told at once');
const PROOFS = create('a request is created with two proofs that come %s, in one call');

const DEFAULT_VIEW = onPurpose(
  'the graph names the fields that are selected, and `fields` has precedence over any view.',
);

export const GDPR_REQUESTS: VendorPage = {
  title: 'Ocamba Hood: list GDPR requests',
  endpoints: {
    'GET /v1/hood/gdpr-requests': [
      ['The endpoint lists GDPR requests.', 'Query.gdprRequests', ORDERS],
      ['`fields` narrows rows to the fields that it names.', 'GdprRequest', ORDERS],
      ['`fields` has precedence over `view`: only one of them is sent.', 'HOOD_FIELDS', FULL],
      ['`view=full` gives rows whole.', 'HOOD_FIELDS', FULL],
      ['`view=default` gives Hood’s choice of fields.', DEFAULT_VIEW],
      ['`sort` orders rows ascending.', 'GdprRequestOrder.direction, HoodOrderDirection.ASC', ORDERS],
      ['A minus sign before a field in `sort` orders descending.', 'HoodOrderDirection.DESC', ORDERS],
      ['`sort` takes several fields, the first one first.', 'Query.gdprRequests(orderBy:)', ORDERS],
      ['`page=N,M` gives the page N of M rows.', 'Query.gdprRequests(first:), Query.gdprRequests(after:)', NEXT_ROWS],
      ['Without M, Hood’s own setting decides on the size of a page.', 'Query.gdprRequests(first:)', SIZES],
      ['`q_fields` says in which fields `q` searches.', 'GdprRequestSearch.in, GdprRequestSearchField', SEARCH],
      ['`q` alone searches a default field.', 'GdprRequestSearch.text, GdprRequestSearch.default', SEARCH],
      ['The answer has its rows in `items`.', 'GdprRequestConnection.nodes', ORDERS],
      ['`additional_information` is optional text.', 'GdprRequest.additionalInformation', WHOLE],
      [
        '`additional_information` has at most 2,000 characters.',
        'CreateGdprRequestInput.additionalInformation',
        LIMITS,
      ],
      [
        '`client_id` is the person’s id, of up to 20 digits.',
        'GdprRequest.clientId',
        one('a client id sent as %s keeps every digit'),
      ],
      ['`company_id` is the company that a request belongs to.', 'GdprRequest.companyId', WHOLE],
      ['`create_time` is in GMT.', 'GdprRequest.createTime', WHOLE],
      ['`id` is Hood’s id of a request.', 'GdprRequest.hoodId, GdprRequest.id', WHOLE],
      ['`information_to_remove` says which data is to be removed.', 'GdprRequest.informationToRemove', WHOLE],
      ['`information_to_remove` has at most 2,000 characters.', 'CreateGdprRequestInput.informationToRemove', LIMITS],
      ['`proof_of_address` is a link to a document.', 'GdprRequest.proofOfAddress', WHOLE],
      ['`proof_of_address` is a file when a request is created.', 'CreateGdprRequestInput.proofOfAddress', PROOFS],
      ['`proof_of_identity` is a link to a document.', 'GdprRequest.proofOfIdentity', WHOLE],
      ['`proof_of_identity` is a file when a request is created.', 'CreateGdprRequestInput.proofOfIdentity', PROOFS],
      ['`rejection_reason` says why a request was denied.', 'GdprRequest.rejectionReason', WHOLE],
      [
        'A denial requires a `rejection_reason`.',
        'DecideGdprRequestInput.rejectionReason',
        decide('a denial with the reason %j'),
      ],
      [
        '`rejection_reason` has at most 500 characters.',
        'DecideGdprRequestInput.rejectionReason',
        decide('a reason of more than 500 characters'),
      ],
      [
        '`request_declaration.data_holder_name` says who holds the data.',
        'GdprRequestDeclaration.dataHolderName',
        WHOLE,
      ],
      [
        '`request_declaration.date` is the day of the signature, in the form YY-MMMM-DD or another.',
        'GdprRequestDeclaration.date, GdprRequestDeclaration.dateText',
        one('a declaration dated %j is dated %j'),
      ],
      ['`request_declaration.signature` is the requester’s.', 'GdprRequestDeclaration.signature', WHOLE],
      [
        '`requester_information.address` is a postal address.',
        'GdprRequest.requesterInformation, GdprPerson.address',
        WHOLE,
      ],
      ['`requester_information.email` is an e-mail address.', 'GdprPerson.email', WHOLE],
      ['`requester_information.full_name` is a name.', 'GdprPerson.fullName', WHOLE],
      ['`requester_information.phone_number` is a number in E.164.', 'GdprPerson.phoneNumber', WHOLE],
      [
        'Names, addresses and phone numbers have limits of length, e-mail addresses and phone numbers a form.',
        'GdprPersonInput.fullName, GdprPersonInput.email, GdprPersonInput.phoneNumber, GdprPersonInput.address',
        LIMITS,
      ],
      ['`status` can be `pending`.', 'GdprRequestStatus.PENDING', STATUS],
      ['`status` can be `approved`.', 'GdprRequestStatus.APPROVED', STATUS],
      ['`status` can be `denied`.', 'GdprRequestStatus.DENIED', STATUS],
      ['A new request is `pending`.', 'Mutation.createGdprRequest', PROOFS],
      [
        '`subject_information.address` is a postal address.',
        'GdprRequest.subjectInformation, GdprPerson.address',
        WHOLE,
      ],
      ['`subject_information.email` is an e-mail address.', 'GdprPerson.email', WHOLE],
      ['`subject_information.full_name` is a name.', 'GdprPerson.fullName', WHOLE],
      ['`subject_information.phone_number` is a number in E.164.', 'GdprPerson.phoneNumber', WHOLE],
      [
        '`submission_reason` can be `data-no-longer-necessary`.',
        'GdprSubmissionReason.DATA_NO_LONGER_NECESSARY',
        GROUND,
      ],
      [
        '`submission_reason` can be `consent-withdrawal`, also spelled `consent-withrawal`.',
        'GdprSubmissionReason.CONSENT_WITHDRAWAL',
        GROUND,
      ],
      ['`submission_reason` can be `article-21-gdpr`.', 'GdprSubmissionReason.ARTICLE_21_GDPR', GROUND],
      ['`submission_reason` can be `unlawful-processing`.', 'GdprSubmissionReason.UNLAWFUL_PROCESSING', GROUND],
      ['`submission_reason` can be `eu-legal-obligation`.', 'GdprSubmissionReason.EU_LEGAL_OBLIGATION', GROUND],
      ['`submission_reason` can be `child-subject`.', 'GdprSubmissionReason.CHILD_SUBJECT', GROUND],
      ['`update_time` is in GMT.', 'GdprRequest.updateTime', WHOLE],
      ['`total` counts all rows.', 'GdprRequestConnection.totalCount', FIRST_ROWS],
      ['An error 400 has a `code`.', 'extensions.upstream.status', ERRORS],
      ['An error 400 has a `message`.', 'extensions.upstream.title', ERRORS],
      ['An error 400 has a `title`.', 'extensions.upstream.title', ERRORS],
      ['An error 400 has a `trace_id`.', 'extensions.upstream.traceId', ERRORS],
      ['An error 500 has a `code`.', 'extensions.upstream.status', ERRORS],
      ['An error 500 has a `message`.', 'extensions.upstream.title', ERRORS],
      ['An error 500 has a `title`.', 'extensions.upstream.title', ERRORS],
      ['`create_time` can be sorted by.', 'GdprRequestOrderField.CREATE_TIME', ORDERS],
      ['`update_time` can be sorted by.', 'GdprRequestOrderField.UPDATE_TIME', ORDERS],
      ['`client_id` can be filtered by.', 'GdprRequestFilter.clientId', ORDERS],
      ['`status` can be filtered by.', 'GdprRequestFilter.status', ORDERS],
      ['`create_time` can be filtered by.', 'GdprRequestFilter.createTime', ORDERS],
      ['`update_time` can be filtered by.', 'GdprRequestFilter.updateTime', ORDERS],
    ],
  },
};
