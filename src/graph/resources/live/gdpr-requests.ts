/** GDPR requests as they are created and change. */
import { LRUCache } from 'lru-cache';
import { type Conditions, meets } from '../../../sources/hood/grammar.ts';
import type { HoodRow } from '../../../sources/hood/rows.ts';
import { REQUESTS, subjectsIn } from '../../../sources/hood/subjects.ts';
import { builder } from '../../builder.ts';
import { conditionsOf } from '../../hood/filters.ts';
import { type ChangedRow, changedRows, TIMES } from '../../live/changed-rows.ts';
import { upstreamFields } from '../../selection.ts';
import { gdprRequests } from '../hood/gdpr-request.ts';

/** Of so many rows a subscription remembers that it has sent them. */
const MOST_SENT = 10_000;

const GdprRequestEventKind = builder.enumType('GdprRequestEventKind', {
  description: 'What has happened to a GDPR request.',
  values: {
    CREATED: { description: 'It was created, and meets the conditions.' },
    UPDATED: { description: 'It was changed, and meets the conditions; also one that had gone, or was never sent.' },
    GONE: {
      description:
        'It was changed, and no longer meets the conditions. Only for requests that this subscription has sent: to keep a list that you have read, leave out conditions on what changes.',
    },
  } as const,
});

interface GdprRequestEventRow {
  kind: 'CREATED' | 'UPDATED' | 'GONE';
  row: HoodRow;
}

const GdprRequestEvent = builder.objectRef<GdprRequestEventRow>('GdprRequestEvent').implement({
  description: 'A GDPR request that was created or changed.',
  tagsLike: 'GdprRequest',
  fields: (t) => ({
    kind: t.expose('kind', { type: GdprRequestEventKind, nullable: false, description: 'What has happened.' }),
    gdprRequest: t.field({
      type: gdprRequests.type,
      description: 'The request as it is now, also when it is gone; never null for callers who may see it.',
      resolve: ({ row }) => row,
    }),
    hoodId: t.id({ nullable: false, description: 'Its id in Hood.', resolve: ({ row }) => String(row.id) }),
  }),
});

/** What one subscription is told of the rows that have changed. */
async function* told(changes: AsyncIterable<ChangedRow | Error>, conditions: Conditions) {
  // With `max` room for all of them would be taken at once.
  const sent = new LRUCache<string, true>({ maxSize: MOST_SENT, sizeCalculation: () => 1 });
  for await (const change of changes) {
    if (change instanceof Error) yield change;
    else {
      const id = String(change.row.id);
      if (meets(change.row, conditions)) {
        yield { kind: change.isNew && !sent.has(id) ? 'CREATED' : 'UPDATED', row: change.row };
        sent.set(id, true);
      } else if (sent.delete(id)) yield { kind: 'GONE', row: change.row };
    }
  }
}

builder.subscriptionField('gdprRequests', (t) =>
  t.field({
    type: GdprRequestEvent,
    nullable: false,
    description:
      'GDPR requests that are created or changed from now on, as far as they meet the conditions. Hood does not tell which ones are deleted. Each poll costs one upstream call for all who read the same fields, whatever their conditions.',
    cost: { api: 'HOOD', calls: 1 },
    args: {
      filter: t.arg({ type: gdprRequests.filter, description: 'Only requests that meet all of these conditions.' }),
    },
    subscribe: (_root, { filter }, { follow }, info) => {
      const conditions = conditionsOf(filter, gdprRequests.source.filter);
      if (conditions === 'nothing') return nothing();
      const filtered = Object.values(gdprRequests.source.filter).map(({ upstream }) => upstream);
      // Those of all conditions, so that whoever has others asks the same.
      const fields = [...new Set([...upstreamFields(info, 'GdprRequest'), ...filtered, ...TIMES])].sort();
      const changes = follow<ChangedRow>({
        ...{ key: JSON.stringify(['gdprRequests', fields]), api: 'HOOD', isState: false },
        begin: () => changedRows(REQUESTS, fields),
      });
      return told(changes, conditions);
    },
    resolve: (event, _args, { operation }) => {
      if (!(event instanceof Error)) operation.subjects?.add(subjectsIn(REQUESTS, [Object(event).row]));
      return event as never;
    },
  }),
);

async function* nothing() {}
