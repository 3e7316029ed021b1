import { type CurrentType, EVENT_TYPES, type EventType, isEventType, type Stream, UPCASTS } from '@tillside/protocol';
import { type Column, columnsOf } from './columns.ts';

export interface EventTable {
  /** The event's name without its version, e.g. `sale_completed`. */
  readonly name: string;
  readonly event: CurrentType;
  readonly stream: Stream;
  /** Of the newest body. */
  readonly body: readonly Column[];
  /** The envelope's columns, then those of the body. */
  readonly columns: readonly Column[];
}

/** A list inside an event as a table of its own, one row an element. */
export interface ListTable {
  readonly name: string;
  readonly of: EventTable;
  /** The list's column. */
  readonly list: string;
  /** What each row repeats of its event. */
  readonly carried: readonly Column[];
  /** The columns of an element. */
  readonly columns: readonly Column[];
}

const envelopeColumn = (
  name: string,
  member: string,
  kind: 'text' | 'integer' | 'instant' | 'offset' = 'text',
): Column => ({
  name,
  member,
  path: member,
  type: { kind },
  nullable: false,
});

/** What every event table begins with. `received_at` is the hub's clock, in UTC. */
export const ENVELOPE_COLUMNS: readonly Column[] = [
  envelopeColumn('store', 'store'),
  envelopeColumn('epoch', 'epoch'),
  envelopeColumn('stream', 'stream'),
  envelopeColumn('seq', 'seq', 'integer'),
  envelopeColumn('event_id', 'id'),
  envelopeColumn('event_type', 'type'),
  envelopeColumn('time', 'time', 'instant'),
  envelopeColumn('time_offset_minutes', 'time', 'offset'),
  envelopeColumn('received_at', 'receivedAt', 'instant'),
  envelopeColumn('hash', 'hash'),
];

/** Names that are taken before a body's columns get theirs. */
const TAKEN = new Set([...ENVELOPE_COLUMNS.map(({ name }) => name), 'table', 'date', 'bucket']);

const isCurrent = (type: string): type is CurrentType => isEventType(type) && !Object.hasOwn(UPCASTS, type);

/** `tillside.sale.completed.v1` is table `sale_completed`, whatever the version. */
export const tableName = (type: EventType): string => type.split('.').slice(1, -1).join('_');

function tableOf(event: CurrentType): EventTable {
  const { stream, body } = EVENT_TYPES[event];
  const own = columnsOf(body).map((column) =>
    TAKEN.has(column.name) ? { ...column, name: `body_${column.name}` } : column,
  );
  return { name: tableName(event), event, stream, body: own, columns: [...ENVELOPE_COLUMNS, ...own] };
}

/** One table for each event, by its newest type. */
export const EVENT_TABLES: ReadonlyMap<CurrentType, EventTable> = new Map(
  Object.keys(EVENT_TYPES)
    .filter(isCurrent)
    .map((type) => [type, tableOf(type)]),
);

function listTable(name: string, event: CurrentType, list: string, carried: readonly string[]): ListTable {
  const of = EVENT_TABLES.get(event);
  const type = of?.columns.find((column) => column.name === list)?.type;
  if (of === undefined || type?.kind !== 'list' || type.of.kind !== 'struct')
    throw new Error(`${event} has no ${list}`);
  const kept = carried.map((wanted) => {
    const column = of.columns.find((each) => each.name === wanted);
    if (column === undefined) throw new Error(`${event} has no ${wanted}`);
    return column;
  });
  return { name, of, list, carried: kept, columns: type.of.fields };
}

const KEY = ['store', 'epoch', 'stream', 'seq', 'time', 'time_offset_minutes'];
const WHERE = ['terminal_id', 'cashier_id', 'receipt_number', 'shift_id'];

export const LIST_TABLES: readonly ListTable[] = [
  listTable('sale_lines', 'tillside.sale.completed.v1', 'lines', [
    ...KEY,
    'sale_id',
    'business_date',
    'completed_at',
    'completed_at_offset_minutes',
    'lane',
    'member_id',
    'late',
    ...WHERE,
    'price_owner',
    'source',
  ]),
  listTable('sale_return_lines', 'tillside.sale.returned.v1', 'lines', [
    ...KEY,
    'return_id',
    'sale_id',
    'business_date',
    'returned_at',
    'returned_at_offset_minutes',
    ...WHERE,
  ]),
];

/** The place of an element in its list, from 1. */
export const LINE_NUMBER = 'line_no';
