export { openStorage, storageUrl } from './open-storage.ts';
export type * from './port.ts';
export { openSqliteReader, openSqliteStorage } from './sqlite/index.ts';
