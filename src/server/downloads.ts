import type { KeyObject } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';
import type { Hood } from '../sources/hood/hood.ts';
import { openProfileExport } from '../sources/sor/profile-export.ts';
import type { Sor } from '../sources/sor/sor.ts';
import { useSignedDownloads } from './signed-downloads.ts';

/** Serves `HoodExport.downloadUrl`: the file of the export that a link was signed for, as it comes from Hood. */
export function useExportDownloads(key: KeyObject, hoodFor: (request: Request) => Hood): Plugin {
  return useSignedDownloads(key, {
    kind: 'exports',
    open: (id, request) => hoodFor(request).download(id),
    nameOf: (id) => `export-${id.replace(/[^\w-]/g, '_')}`,
  });
}

/** Serves the `downloadUrl` of `exportCustomerProfiles`: opening it starts the export, and its file comes as it is made. */
export function useProfileExports(key: KeyObject, sorFor: (request: Request) => Sor): Plugin {
  return useSignedDownloads(key, {
    kind: 'profile-exports',
    open: (subject, request) => {
      const query = JSON.parse(Buffer.from(subject, 'base64url').toString());
      return openProfileExport(sorFor(request), query, request.signal);
    },
    nameOf: () => 'customer-profiles',
  });
}
