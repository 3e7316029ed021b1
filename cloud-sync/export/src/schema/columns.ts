import { z } from 'zod';

/**
 * The columns of a Parquet table, made from an event's schema: integers INT64, instants a UTC TIMESTAMP beside the minutes of the store's own offset, dates
 * DATE, objects STRUCT, arrays LIST, records MAP. Only types that every reader of Parquet has.
 */
export type ColumnType =
  | { readonly kind: 'text' | 'integer' | 'boolean' | 'date' | 'instant' | 'offset' }
  | { readonly kind: 'list' | 'map'; readonly of: ColumnType }
  | { readonly kind: 'struct'; readonly fields: readonly Column[] };

export interface Column {
  /** snake_case. */
  readonly name: string;
  /** The member of the event's body that it is read from. */
  readonly member: string;
  /** As the dictionary names it, e.g. `lines[].adjustments[].amountFen`. */
  readonly path: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** What the schema allows, for words of a closed list. */
  readonly words?: readonly string[];
}

/** Body members whose column would be a reserved word of SQL. */
const RENAMED: Readonly<Record<string, string>> = { at: 'happened_at', table: 'table_name' };

export const OFFSET_SUFFIX = '_offset_minutes';

const snake = (member: string): string =>
  RENAMED[member] ?? member.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();

function unwrapped(schema: z.ZodType): { schema: z.ZodType; nullable: boolean } {
  let [inner, nullable] = [schema, false];
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable) {
    inner = inner.unwrap() as z.ZodType;
    nullable = true;
  }
  return { schema: inner, nullable };
}

/** @throws Error for a schema that has no column type: a new kind of field needs a decision here. */
export function columnsOf(schema: z.ZodType, prefix = ''): Column[] {
  if (!(schema instanceof z.ZodObject)) throw new Error(`${prefix || 'the body'} is no object`);
  return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([member, field]) => {
    const { schema: inner, nullable } = unwrapped(field);
    const path = `${prefix}${member}`;
    const [name, type] = [snake(member), typeOf(inner, path)];
    const words = wordsOf(inner);
    const column: Column = { name, member, path, type, nullable, ...(words === undefined ? {} : { words }) };
    return type.kind === 'instant' ? [column, offsetColumn(column)] : [column];
  });
}

const offsetColumn = ({ name, member, path, nullable }: Column): Column => ({
  name: `${name}${OFFSET_SUFFIX}`,
  member,
  path,
  type: { kind: 'offset' },
  nullable,
});

function wordsOf(schema: z.ZodType): string[] | undefined {
  if (schema instanceof z.ZodEnum) return schema.options.map(String);
  return undefined;
}

function typeOf(schema: z.ZodType, path: string): ColumnType {
  if (schema instanceof z.ZodISODateTime) return { kind: 'instant' };
  if (schema instanceof z.ZodISODate) return { kind: 'date' };
  if (schema instanceof z.ZodNumber && schema.isInt) return { kind: 'integer' };
  if (schema instanceof z.ZodString || schema instanceof z.ZodEnum || schema instanceof z.ZodStringFormat)
    return { kind: 'text' };
  if (schema instanceof z.ZodBoolean) return { kind: 'boolean' };
  if (schema instanceof z.ZodLiteral) return { kind: schema.value === true ? 'boolean' : 'text' };
  if (schema instanceof z.ZodObject) return { kind: 'struct', fields: columnsOf(schema, `${path}.`) };
  if (schema instanceof z.ZodArray) {
    const inner = schema.element as z.ZodType;
    const of: ColumnType =
      inner instanceof z.ZodObject
        ? { kind: 'struct', fields: columnsOf(inner, `${path}[].`) }
        : typeOf(inner, `${path}[]`);
    if (of.kind === 'instant') throw new Error(`${path}: a list of instants would lose their offsets`);
    return { kind: 'list', of };
  }
  if (schema instanceof z.ZodRecord) return { kind: 'map', of: typeOf(schema.valueType as z.ZodType, `${path}{}`) };
  throw new Error(`${path}: no column type for ${schema.constructor.name}`);
}

const SQL_NAMES = {
  text: 'VARCHAR',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
  date: 'DATE',
  instant: 'TIMESTAMPTZ',
  offset: 'INTEGER',
} as const;

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The type as DuckDB writes it. */
export function sqlType(type: ColumnType): string {
  switch (type.kind) {
    case 'list':
      return `${sqlType(type.of)}[]`;
    case 'map':
      return `MAP(VARCHAR, ${sqlType(type.of)})`;
    case 'struct':
      return `STRUCT(${type.fields.map((field) => `${quoted(field.name)} ${sqlType(field.type)}`).join(', ')})`;
    default:
      return SQL_NAMES[type.kind];
  }
}
