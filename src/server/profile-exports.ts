import type { KeyObject } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';
import { linkedProfileExport, PROFILE_EXPORT_PATH } from '../graph/profile-export-link.ts';
import { openProfileExport } from '../sources/sor/profile-export.ts';
import type { Sor } from '../sources/sor/sor.ts';
import { useSignedDownloads } from './signed-downloads.ts';

/** Serves the `downloadUrl` of `exportCustomerProfiles`: opening it starts the export, and its file comes as it is made. */
export function useProfileExports(key: KeyObject, sorFor: (request: Request) => Sor): Plugin {
  return useSignedDownloads({
    path: PROFILE_EXPORT_PATH,
    read: (url) => linkedProfileExport(url, key),
    open: (query, request) => openProfileExport(sorFor(request), query, request.signal),
    nameOf: () => 'customer-profiles',
    gone: 'There is no such export any more.',
  });
}
