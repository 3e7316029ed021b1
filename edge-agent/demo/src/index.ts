export { DemoDataError, demoItemsCsvPath, gtin13CheckDigit, loadDemoData } from './data/index.ts';
export type * from './data/types.ts';
