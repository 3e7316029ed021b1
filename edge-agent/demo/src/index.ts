export { DemoDataError, demoItemsCsvPath, gtin13CheckDigit, loadDemoData } from './data/index.ts';
export type * from './data/types.ts';
export { hangLabels, type StaffPhone, staffPhone } from './day/staff.ts';
export { freePorts } from './ports-free.ts';
export { nodeArguments, Part, PartFailed, roomEntry } from './process.ts';
export { demoCampaigns, demoWallets } from './store/campaigns.ts';
export { DemoStore, memberCode } from './store/demo-store.ts';
export { callHub } from './store/hub-client.ts';
export { businessDateNow, STAFF_PIN, STORE_ID, TAGS } from './store/layout.ts';
