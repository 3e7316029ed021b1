export { type CheckReport, checkExport } from './check.ts';
export { EXPORT_ERRORS, ExportError, type ExportErrorCode } from './errors.ts';
export { type ExportOptions, type ExportSummary, runExport } from './run.ts';
