import { onPurpose, testsIn, type VendorPage } from '../vendor-page.ts';

const customerData = testsIn('graph/resources/hood/customer-data.test.ts');
const keys = testsIn('graph/resources/hood/customer-data-keys.test.ts');
const SEARCH = keys('a search in %s reaches Hood');
const samples = testsIn('graph/resources/hood/printed-samples.test.ts');
const SIZES = samples('windows of %s have all their rows although Hood’s setting allows smaller pages only');
const errors = testsIn('graph/resources/hood/printed-errors.test.ts');
const PAGE = customerData('the page that the vendor prints comes back as the graph writes it');
const ORDERS = customerData('every order and the search reach Hood in its own words');
const FILTERS = customerData('every filter is one that Hood documents');
const ERRORS = errors('the error $printed.code of the page on $page reaches whoever reads the list');
const FULL = testsIn('graph/selection.test.ts')('every read asks for the full view instead of fields');

const DEFAULT_VIEW = onPurpose(
  'the graph names the fields that are selected, and `fields` has precedence over any view.',
);

export const CUSTOMER_DATA: VendorPage = {
  title: 'Ocamba Hood: list customer data',
  endpoints: {
    'GET /v1/hood/customer-data': [
      ['The endpoint lists customer data keys.', 'Query.customerData', PAGE],
      ['`fields` narrows rows to the fields that it names.', 'CustomerData', PAGE],
      ['`fields` has precedence over `view`: only one of them is sent.', 'HOOD_FIELDS', FULL],
      [
        '`view=full` gives rows whole.',
        'CustomerData.label, CustomerData.dataType, CustomerData.description, CustomerData.example, CustomerData.exportAlias',
        keys('what only the full view has comes when it is selected'),
      ],
      ['`view=default` gives Hood’s choice of fields.', DEFAULT_VIEW],
      ['`sort` orders rows ascending.', 'CustomerDataOrder.direction', ORDERS],
      ['A minus sign before a field in `sort` orders descending.', 'HoodOrderDirection.DESC', ORDERS],
      ['`sort` takes several fields, the first one first.', 'Query.customerData(orderBy:)', ORDERS],
      ['`page=N,M` gives the page N of M rows.', 'Query.customerData(first:)', PAGE],
      ['Without M, Hood’s own setting decides on the size of a page.', 'Query.customerData(first:)', SIZES],
      ['`q` with one of `q_fields` searches that field.', 'CustomerDataSearch.text, CustomerDataSearch.in', SEARCH],
      ['`q` with several `q_fields` searches any of them.', 'CustomerDataSearch.in', SEARCH],
      [
        '`q` without `q_fields` searches a default field.',
        'CustomerDataSearch.default',
        samples('a search of %s without a field leaves the choice to Hood'),
      ],
      ['The answer has its rows in `items`.', 'CustomerDataConnection.nodes', PAGE],
      ['`company_id` is the company that a key belongs to.', 'CustomerData.companyId', PAGE],
      ['`create_time` is in GMT.', 'CustomerData.createTime', PAGE],
      ['`id` is Hood’s id of a key.', 'CustomerData.hoodId, CustomerData.id', PAGE],
      ['`pi_data` is 1 where values are personal and encrypted, else 0.', 'CustomerData.piData', PAGE],
      ['`target` is the key itself.', 'CustomerData.target', PAGE],
      ['`update_time` is in GMT.', 'CustomerData.updateTime', PAGE],
      ['`total` counts all rows.', 'CustomerDataConnection.totalCount', PAGE],
      ['An error 500 has a `code`.', 'extensions.upstream.status', ERRORS],
      ['An error 500 has a `message`.', 'extensions.upstream.title', ERRORS],
      ['An error 500 has a `title`.', 'extensions.upstream.title', ERRORS],
      ['`target` can be searched.', 'CustomerDataSearchField.TARGET', ORDERS],
      ['`pi_data` can be searched.', 'CustomerDataSearchField.PI_DATA', SEARCH],
      ['`target` can be sorted by.', 'CustomerDataOrderField.TARGET', ORDERS],
      ['`pi_data` can be sorted by.', 'CustomerDataOrderField.PI_DATA', ORDERS],
      ['`create_time` can be sorted by.', 'CustomerDataOrderField.CREATE_TIME', ORDERS],
      ['`update_time` can be sorted by.', 'CustomerDataOrderField.UPDATE_TIME', ORDERS],
      ['`id` can be filtered by.', 'CustomerDataFilter.hoodId', FILTERS],
      ['`target` can be filtered by.', 'CustomerDataFilter.target', FILTERS],
      ['`pi_data` can be filtered by.', 'CustomerDataFilter.piData', FILTERS],
      ['`create_time` can be filtered by.', 'CustomerDataFilter.createTime', FILTERS],
      ['`update_time` can be filtered by.', 'CustomerDataFilter.updateTime', FILTERS],
      ['The first printed answer has three of five keys.', 'Query.customerData', PAGE],
      [
        'The second printed answer counts five keys and has one.',
        'CustomerDataConnection.totalCount',
        samples('the second answer of the page on customer data counts five keys, and its one key comes back'),
      ],
    ],
  },
};
