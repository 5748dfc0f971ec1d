import type { TypePolicies } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';

/**
 * A list that grows window by window, one for each combination of these arguments; pages by number (`offset`) stay apart.
 * `fetchMore` adds to the `edges`: `nodes` are always those of the latest window.
 */
const list = (...args: string[]) => relayStylePagination([...args, 'offset']);

const listOfHood = list('filter', 'search', 'orderBy');

/** For `new InMemoryCache({ typePolicies })`. */
export const typePolicies: TypePolicies = {
  Query: {
    fields: {
      attributeImports: list(),
      customerAttributes: list('filter'),
      customerData: listOfHood,
      customerProfileChanges: list('since', 'filter'),
      customerProfiles: list('filter'),
      gdprRequests: listOfHood,
      hoodExports: listOfHood,
      profileProperties: listOfHood,
      systemsOfRecord: list('type'),
    },
  },
  AttributeImport: { fields: { errors: list('customerId') } },
  CustomerProfile: { fields: { gdprRequests: list('filter', 'orderBy') } },
  SystemOfRecord: { fields: { attributes: list('filter') } },
  // Parts of a row, without an `id`: each screen adds the fields that it selects, instead of replacing the others.
  AttributeValue: { merge: true },
  DataSubject: { merge: true, fields: { gdprRequests: list() } },
  GdprPerson: { merge: true },
  GdprRequestDeclaration: { merge: true },
};
