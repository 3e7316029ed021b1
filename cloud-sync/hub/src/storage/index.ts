/** What a process beside the hub needs to read what the hub holds. */
export { backUp, restore } from '../backup/backup.ts';
export { loadConfig, parseConfig } from '../config.ts';
export { explainFault, HubFault } from '../fault.ts';
export { createErasures } from '../members/erase.ts';
export { erasureList } from '../members/erasure-list.ts';
export { erasureSigner, verifyProof } from '../members/erasure-proof.ts';
export { isToldBefore } from '../sync/told.ts';
export { openStorage, storageUrl } from './open-storage.ts';
export { PackFile, type PackRow } from './pack-file.ts';
export type * from './port.ts';
export { openSqliteReader, openSqliteStorage } from './sqlite/index.ts';
