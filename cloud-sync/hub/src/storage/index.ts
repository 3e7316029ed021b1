export type * from './port.ts';
export { openSqliteStorage } from './sqlite/index.ts';
