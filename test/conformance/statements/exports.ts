import { testsIn, type VendorPage } from '../vendor-page.ts';

const exported = testsIn('graph/resources/hood/hood-export.test.ts');
const samples = testsIn('graph/resources/hood/printed-samples.test.ts');
const errors = testsIn('graph/resources/hood/printed-errors.test.ts');
const WHOLE = exported('an export as the vendor prints it comes back whole');
const SEARCH = exported('a search without fields names all that can be searched');
const ORDERS = exported('every field that Hood sorts exports by can be ordered by');
const OPERATORS = testsIn('graph/hood/filters.test.ts')('each operator is one of Hood’s, always written out');
const FILTERS = exported('every filter of exports is one that Hood accepts');
const ERRORS = errors('the error $printed.code of the page on $page reaches whoever reads the list');
const RATES = testsIn('http/budget/front-door.test.ts')(
  '25 operations at once are all answered within the limits, without a single 429',
);

const MINUTES = testsIn('http/budget/local-call-allocator.test.ts')(
  'whatever is asked for and however long answers take, no window of the API ever counts too many',
);

export const EXPORTS: VendorPage = {
  title: 'Ocamba Hood: list export items',
  endpoints: {
    'GET /v1/hood/exports': [
      ['The endpoint lists exports.', 'Query.hoodExports', WHOLE],
      ['A call carries a bearer token.', 'HOOD_TOKEN', samples('every call to Hood carries its token as a bearer')],
      ['`id` can be searched.', 'HoodExportSearchField.ID', SEARCH],
      ['`resource` can be searched.', 'HoodExportSearchField.RESOURCE', SEARCH],
      ['`name` can be searched.', 'HoodExportSearchField.NAME', SEARCH],
      ['`description` can be searched.', 'HoodExportSearchField.DESCRIPTION', SEARCH],
      ['`failed_reason` can be searched.', 'HoodExportSearchField.FAILURE_REASON', SEARCH],
      ['`resource` can be sorted by.', 'HoodExportOrderField.RESOURCE', ORDERS],
      ['`status` can be sorted by.', 'HoodExportOrderField.STATUS', ORDERS],
      ['`name` can be sorted by.', 'HoodExportOrderField.NAME', ORDERS],
      ['`size` can be sorted by.', 'HoodExportOrderField.SIZE', ORDERS],
      ['`extension` can be sorted by.', 'HoodExportOrderField.EXTENSION', ORDERS],
      ['`mime_type` can be sorted by.', 'HoodExportOrderField.MIME_TYPE', ORDERS],
      ['`attempt_count` can be sorted by.', 'HoodExportOrderField.ATTEMPT_COUNT', ORDERS],
      ['`download_count` can be sorted by.', 'HoodExportOrderField.DOWNLOAD_COUNT', ORDERS],
      ['`expire_time` can be sorted by.', 'HoodExportOrderField.EXPIRE_TIME', ORDERS],
      ['`create_time` can be sorted by.', 'HoodExportOrderField.CREATE_TIME', ORDERS],
      ['`update_time` can be sorted by.', 'HoodExportOrderField.UPDATE_TIME', ORDERS],
      ['`company_id` can be filtered by, as all fields can.', 'HoodExportFilter.companyId', OPERATORS],
      ['`id` can be filtered by.', 'HoodExportFilter.hoodId', FILTERS],
      ['`creator_id` can be filtered by.', 'HoodExportFilter.creatorId', FILTERS],
      ['`resource` can be filtered by.', 'HoodExportFilter.resource', FILTERS],
      ['`status` can be filtered by.', 'HoodExportFilter.status', FILTERS],
      ['`name` can be filtered by.', 'HoodExportFilter.name', FILTERS],
      ['`description` can be filtered by.', 'HoodExportFilter.description', FILTERS],
      ['`size` can be filtered by, beyond 32 bits too.', 'HoodExportFilter.size', OPERATORS],
      ['`extension` can be filtered by.', 'HoodExportFilter.extension', FILTERS],
      ['`mime_type` can be filtered by.', 'HoodExportFilter.mimeType', FILTERS],
      ['`download_url` can be filtered by, as all fields can.', 'HoodExportFilter.downloadUrl', OPERATORS],
      ['`attempt_count` can be filtered by.', 'HoodExportFilter.attemptCount', FILTERS],
      ['`download_count` can be filtered by.', 'HoodExportFilter.downloadCount', FILTERS],
      ['`failure_reason` can be filtered by.', 'HoodExportFilter.failureReason', FILTERS],
      ['`expire_time` can be filtered by.', 'HoodExportFilter.expireTime', FILTERS],
      ['`create_time` can be filtered by.', 'HoodExportFilter.createTime', FILTERS],
      ['`update_time` can be filtered by.', 'HoodExportFilter.updateTime', FILTERS],
      ['At most 10 calls a second.', 'HOOD_RATE', RATES],
      ['At most 150 calls a minute.', 'HOOD_RATE', MINUTES],
      ['`total` counts all rows.', 'HoodExportConnection.totalCount', WHOLE],
      ['The answer has its rows in `items`.', 'HoodExportConnection.nodes', WHOLE],
      ['`id` is Hood’s id of an export.', 'HoodExport.hoodId, HoodExport.id', WHOLE],
      ['`company_id` is the company that an export belongs to.', 'HoodExport.companyId', WHOLE],
      ['`creator_id` is who asked for an export.', 'HoodExport.creatorId', WHOLE],
      ['`resource` is what an export was made of.', 'HoodExport.resource', WHOLE],
      ['`status` is `ready` where the file can be fetched.', 'HoodExport.status', WHOLE],
      ['`name` is the title.', 'HoodExport.name', WHOLE],
      ['`description` is free text.', 'HoodExport.description', WHOLE],
      ['`size` is a number.', 'HoodExport.size', WHOLE],
      ['`extension` is the ending of the file’s name.', 'HoodExport.extension', WHOLE],
      ['`mime_type` is the media type.', 'HoodExport.mimeType', WHOLE],
      [
        '`download_url` is the path of the file.',
        'HoodExport.downloadUrl',
        testsIn('server/export-downloads.test.ts')(
          'where the documented address answers 404, the one in the row is tried',
        ),
      ],
      ['`attempt_count` counts attempts.', 'HoodExport.attemptCount', WHOLE],
      ['`download_count` counts downloads.', 'HoodExport.downloadCount', WHOLE],
      ['`failure_reason` may stand beside the status `ready`.', 'HoodExport.failureReason', WHOLE],
      ['`expire_time` is when the file is removed.', 'HoodExport.expireTime', WHOLE],
      ['`create_time` is when an export was asked for.', 'HoodExport.createTime', WHOLE],
      ['`update_time` is when it was last changed.', 'HoodExport.updateTime', WHOLE],
      ['An error 400 has a `code`.', 'extensions.upstream.status', ERRORS],
      ['An error 400 has a `message`.', 'extensions.upstream.title', ERRORS],
      ['An error 400 has a `title`.', 'extensions.upstream.title', ERRORS],
      ['An error 400 has a `trace_id`.', 'extensions.upstream.traceId', ERRORS],
      ['An error 500 comes without a `message`.', 'extensions.upstream.title', ERRORS],
      ['An error 500 has a `trace_id`.', 'extensions.upstream.traceId', ERRORS],
    ],
  },
};
