import { UPCASTS } from '@tillside/protocol';
import type { Text } from '../errors.ts';
import { type Column, sqlType } from '../schema/columns.ts';
import {
  ENVELOPE_COLUMNS,
  EVENT_TABLES,
  type EventTable,
  LINE_NUMBER,
  LIST_TABLES,
  type ListTable,
} from '../schema/tables.ts';
import { ENVELOPE_MEANINGS, LINE_NUMBER_MEANING, MEANINGS, SHARED_MEANINGS } from './meanings.ts';

export type Language = 'zh' | 'en';

/** @throws Error where a field has no meaning: write one in meanings.ts. */
export function meaningOf(table: string, path: string): Text {
  const meaning = MEANINGS[table]?.[path] ?? SHARED_MEANINGS[path];
  if (meaning === undefined) throw new Error(`meanings.ts says nothing of ${path} in ${table}`);
  return meaning;
}

/** A column and, below it, those of its structs. */
function withNested(columns: readonly Column[], above = ''): { column: Column; name: string }[] {
  return columns.flatMap((column) => {
    const { type } = column;
    const inner = type.kind === 'list' ? type.of : type;
    const name = `${above}${column.name}`;
    const nested =
      inner.kind === 'struct' ? withNested(inner.fields, `${name}${type.kind === 'list' ? '[]' : ''}.`) : [];
    return [{ column, name }, ...nested];
  });
}

/** Paths of all fields of a table's event that need a meaning. */
export const pathsOf = (table: EventTable): string[] =>
  withNested(table.body)
    .filter(({ column }) => column.type.kind !== 'offset')
    .map(({ column }) => column.path);

const UNITS: readonly (readonly [RegExp, Text])[] = [
  [/Fen$/, { zh: '分', en: 'fen' }],
  [/Grams$/, { zh: '克', en: 'g' }],
  [/Ms$/, { zh: '毫秒', en: 'ms' }],
  [/BasisPoints$/, { zh: '万分之一', en: '0.01 %' }],
  [/^(quantity|pieces)$/, { zh: '件', en: 'pieces' }],
  [/^points/i, { zh: '分值', en: 'points' }],
];
const OTHER_UNITS: Partial<Record<Column['type']['kind'], Text>> = {
  offset: { zh: '分钟', en: 'min' },
  instant: { zh: 'UTC', en: 'UTC' },
};

/** Amounts by name, such as tenders of a day. */
const FEN_MAPS = new Set(['tenders', 'refundTenders', 'promotions']);

function unitOf({ member, type }: Column, language: Language): string {
  const unit =
    type.kind === 'integer' || (type.kind === 'map' && FEN_MAPS.has(member))
      ? (UNITS.find(([name]) => name.test(type.kind === 'map' ? 'Fen' : member))?.[1] ?? OTHER_UNITS[type.kind])
      : OTHER_UNITS[type.kind];
  return unit?.[language] ?? '';
}

/** As Parquet's readers name it. */
export function typeWord(column: Column): string {
  const { type } = column;
  if (type.kind === 'list') return type.of.kind === 'struct' ? 'LIST<STRUCT>' : `LIST<${sqlType(type.of)}>`;
  if (type.kind === 'map') return `MAP<VARCHAR, ${sqlType(type.of)}>`;
  if (type.kind === 'struct') return 'STRUCT';
  return { text: 'VARCHAR', integer: 'INT64', offset: 'INT32', boolean: 'BOOLEAN', date: 'DATE', instant: 'TIMESTAMP' }[
    type.kind
  ];
}

const WORDS = {
  head: {
    zh: ['列', '事件字段', '类型', '单位', '可空', '含义'],
    en: ['column', 'field of the event', 'type', 'unit', 'may be empty', 'meaning'],
  },
  yes: { zh: '是', en: 'yes' },
  offset: {
    zh: (name: string) => `门店当时的时区偏移：\`${name}\` 加上它是门店的当地时间。`,
    en: (name: string) => `The store's own offset: \`${name}\` plus this is the time on the store's clock.`,
  },
  words: { zh: '取值', en: 'One of' },
} as const;

interface Line {
  readonly column: Column;
  readonly name: string;
  readonly meaning: Text;
}

const OFFSET = /_offset_minutes$/;

function render(lines: readonly Line[], language: Language): string {
  const rows = lines.map(({ column, name, meaning }) => {
    const isOffset = column.type.kind === 'offset' && OFFSET.test(name);
    const said = isOffset ? WORDS.offset[language](name.replace(OFFSET, '')) : meaning[language];
    const words =
      column.words === undefined || isOffset ? '' : ` ${WORDS.words[language]}: ${column.words.join(', ')}.`;
    const cells = [
      `\`${name}\``,
      `\`${column.path}\``,
      typeWord(column),
      unitOf(column, language),
      column.nullable ? WORDS.yes[language] : '',
      `${said}${words}`,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const head = WORDS.head[language];
  return [`| ${head.join(' | ')} |`, `|${head.map(() => ' --- |').join('')}`, ...rows].join('\n');
}

const bodyLines = (table: EventTable, columns: readonly Column[]): Line[] =>
  withNested(columns).map(({ column, name }) => ({ column, name, meaning: meaningOf(table.name, column.path) }));

function envelopeLines(columns: readonly Column[]): Line[] {
  return columns.map((column) => {
    const { name } = column;
    const meaning = ENVELOPE_MEANINGS[name.replace(OFFSET, '')];
    if (meaning === undefined) throw new Error(`meanings.ts says nothing of ${name}`);
    return { column, name, meaning };
  });
}

function olderOf(event: string): string[] {
  return Object.entries(UPCASTS)
    .filter(([, { to }]) => to === event)
    .map(([old]) => old);
}

function eventSection(table: EventTable, language: Language): string {
  const { name, event, stream } = table;
  const older = olderOf(event);
  const lead = {
    en: `\`${event}\`, stream \`${stream}\`.${older.length > 0 ? ` Events of ${older.join(', ')} are read as this version.` : ''}`,
    zh: `\`${event}\`，流 \`${stream}\`。${older.length > 0 ? `${older.join('、')} 的事件按此版本读出。` : ''}`,
  };
  return `## ${name}\n\n${lead[language]}\n\n${render(bodyLines(table, table.body), language)}\n`;
}

function listSection({ name, of, list, carried, columns }: ListTable, language: Language): string {
  const envelope = new Set(ENVELOPE_COLUMNS);
  const number: Line = {
    column: { name: LINE_NUMBER, member: '', path: `${list}[]`, type: { kind: 'integer' }, nullable: false },
    name: LINE_NUMBER,
    meaning: LINE_NUMBER_MEANING,
  };
  const lines = [
    ...envelopeLines(carried.filter((column) => envelope.has(column))),
    ...bodyLines(
      of,
      carried.filter((column) => !envelope.has(column)),
    ),
    number,
    ...bodyLines(of, columns),
  ];
  const lead = {
    en: `One row for each element of \`${list}\` in \`${of.name}\`.`,
    zh: `\`${of.name}\` 的 \`${list}\` 每个元素一行。`,
  };
  return `## ${name}\n\n${lead[language]}\n\n${render(lines, language)}\n`;
}

const LEAD = {
  en: `# Data dictionary

Made from the event schemas (\`cloud-sync/protocol/src/bodies.ts\`) and \`cloud-sync/export/src/dictionary/meanings.ts\`; how to read the files is in [parquet.md](parquet.md).

Every table is partitioned by \`date\` (DATE: the business date where the event has one, else the store's own date of its time) and \`bucket\` (INT: by the store's id).
Money is in fen, CNY. Instants are UTC; beside each stands the store's own offset. Ids are text. A column below another one, such as \`lines[].sku\`, is a member of its STRUCT.

## Columns of every event

`,
  zh: `# 数据字典

由事件结构（\`cloud-sync/protocol/src/bodies.ts\`）和 \`cloud-sync/export/src/dictionary/meanings.ts\` 生成；如何读取文件见 [parquet.zh-CN.md](parquet.zh-CN.md)。

每张表按 \`date\`（DATE：事件有营业日则取营业日，否则取门店当地日期）和 \`bucket\`（INT：由门店编号决定）分区。金额单位为分（人民币）。
时间为 UTC，旁边是门店当时的时区偏移。编号都是文本。\`lines[].sku\` 这样的列是上一级 STRUCT 的成员。

## 每个事件都有的列

`,
} as const;

/** The text of docs/data-dictionary.md, and of its Chinese sister. */
export function renderDictionary(language: Language): string {
  const sections = [
    `${render(envelopeLines(ENVELOPE_COLUMNS), language)}\n`,
    ...[...EVENT_TABLES.values()].map((table) => eventSection(table, language)),
    ...LIST_TABLES.map((table) => listSection(table, language)),
  ];
  return `${LEAD[language]}${sections.join('\n')}`;
}
