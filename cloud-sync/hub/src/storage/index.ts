export type * from './port.ts';
export { openSqliteReader, openSqliteStorage } from './sqlite/index.ts';
