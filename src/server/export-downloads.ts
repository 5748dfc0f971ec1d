import type { KeyObject } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';
import { EXPORT_LINK_PATH, linkedExport } from '../graph/export-link.ts';
import type { Hood } from '../sources/hood/hood.ts';
import { useSignedDownloads } from './signed-downloads.ts';

/** Serves `HoodExport.downloadUrl`: the file of the one export that a link was signed for, as it comes from Hood. */
export function useExportDownloads(key: KeyObject, hoodFor: (request: Request) => Hood): Plugin {
  return useSignedDownloads({
    path: EXPORT_LINK_PATH,
    read: (url) => linkedExport(url, key),
    open: (id, request) => hoodFor(request).download(id),
    nameOf: (id) => `export-${id.replace(/[^\w-]/g, '_')}`,
    gone: 'There is no such export any more.',
  });
}
