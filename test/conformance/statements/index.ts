import type { VendorPage } from '../vendor-page.ts';
import { CREATE_PROFILE_PROPERTY } from './create-profile-property.ts';
import { CUSTOMER_DATA } from './customer-data.ts';
import { EXPORTS } from './exports.ts';
import { GDPR_REQUESTS } from './gdpr-requests.ts';
import { SOR_ATTRIBUTES } from './sor-attributes.ts';
import { SOR_IMPORTS } from './sor-imports.ts';
import { SOR_PROFILES } from './sor-profiles.ts';
import { SOR_SYSTEMS } from './sor-systems.ts';
import { SOR_VALUES } from './sor-values.ts';

/** All that the vendors' pages say. The one on the System of Record is cut into its chapters. */
export const VENDOR_PAGES: readonly VendorPage[] = [
  CUSTOMER_DATA,
  GDPR_REQUESTS,
  EXPORTS,
  CREATE_PROFILE_PROPERTY,
  SOR_PROFILES,
  SOR_VALUES,
  SOR_IMPORTS,
  SOR_SYSTEMS,
  SOR_ATTRIBUTES,
];
