export interface Text {
  readonly zh: string;
  readonly en: string;
}

/** Every reason for which an export, or its check, says no. docs/errors-export.md is made from this table. */
export const EXPORT_ERRORS = {
  EXPORT_USAGE: {
    cause: { zh: '命令行参数不正确。', en: 'The arguments are not understood.' },
    hint: { zh: '用 --help 查看用法。', en: 'See --help for the usage.' },
  },
  EXPORT_DIR_FOREIGN: {
    cause: {
      zh: '目标目录里有文件，但不是本程序导出的。',
      en: 'The directory holds files that this export did not write.',
    },
    hint: { zh: '换一个空目录。', en: 'Give an empty directory.' },
  },
  EXPORT_DIR_UNWRITABLE: {
    cause: { zh: '目标目录无法写入。', en: 'The directory cannot be written to.' },
    hint: { zh: '检查路径、权限和磁盘空间。', en: 'Check the path, its permissions and the free space.' },
  },
  EXPORT_LOCKED: {
    cause: { zh: '另一个导出正在写这个目录。', en: 'Another export is writing to this directory.' },
    hint: { zh: '等它结束，或停掉它。', en: 'Wait for it to end, or stop it.' },
  },
  EXPORT_MANIFEST_UNREADABLE: {
    cause: { zh: '清单 _manifest.json 无法读取。', en: 'The manifest, _manifest.json, cannot be read.' },
    hint: {
      zh: '从备份恢复该文件，或导出到新目录；数据都在总部数据库里。',
      en: 'Restore it from a backup, or export to a new directory: all data is in the hub.',
    },
  },
  EXPORT_MANIFEST_NEWER: {
    cause: { zh: '该目录由更新版本的程序写入。', en: 'The directory was written by a newer version.' },
    hint: { zh: '安装该版本或更新版本。', en: 'Install that version or a newer one.' },
  },
  EXPORT_BUCKETS_DIFFER: {
    cause: { zh: '该目录的分桶数与要求的不同。', en: 'The directory has another number of buckets than asked for.' },
    hint: { zh: '去掉 --buckets，或导出到新目录。', en: 'Leave --buckets out, or export to a new directory.' },
  },
  EXPORT_SCHEMA_CHANGED: {
    cause: {
      zh: '事件的列与已导出的文件不同，旧文件不能接着用。',
      en: "An event's columns differ from those of the files, and not only by new ones that may be empty.",
    },
    hint: {
      zh: '导出到新目录，完成后替换旧目录。',
      en: 'Export to a new directory and take it in the place of this one when it is done.',
    },
  },
  EXPORT_HISTORY_DIFFERS: {
    cause: {
      zh: '总部某个事件流已导出部分的内容变了（总部曾从备份恢复）。其余事件流照常导出。',
      en: 'The hub holds another past of a stream than was exported (it was restored from a backup). All other streams are exported.',
    },
    hint: {
      zh: '导出到新目录，完成后替换旧目录。',
      en: 'Export to a new directory and take it in the place of this one.',
    },
  },
  EXPORT_WAITING_FULL: {
    cause: {
      zh: '某个事件流中读不懂的事件太多，该流暂停导出。其余事件流照常导出。',
      en: 'A stream has too many events that cannot be read yet, and waits. All other streams are exported.',
    },
    hint: {
      zh: '升级总部和本程序，并在总部重新读取隔离的事件。',
      en: 'Update the hub and this program, and read the quarantined events again at the hub.',
    },
  },
  EXPORT_FILE_MISSING: {
    cause: { zh: '清单中的文件不见了或大小不符。', en: 'A file of the manifest is missing, or has another size.' },
    hint: {
      zh: '从备份恢复该文件，或导出到新目录。',
      en: 'Restore the file from a backup, or export to a new directory.',
    },
  },
  EXPORT_CHECK_FAILED: {
    cause: { zh: '文件内容与清单不符。', en: 'What the files hold is not what the manifest says.' },
    hint: { zh: '导出到新目录，并报告消息内容。', en: 'Export to a new directory, and report the message.' },
  },
  EXPORT_NOT_THERE: {
    cause: { zh: '该目录里没有导出。', en: 'There is no export in this directory.' },
    hint: { zh: '检查路径，或先运行 tillside-export run。', en: 'Check the path, or run tillside-export run first.' },
  },
  EXPORT_FAILED: {
    cause: { zh: '导出意外失败。', en: 'The export failed unexpectedly.' },
    hint: {
      zh: '查看消息；检查磁盘空间后重新运行，已提交的内容不受影响。',
      en: 'Read the message and check the free space; then run it again. What was committed stands.',
    },
  },
} as const satisfies Record<string, { readonly cause: Text; readonly hint: Text }>;

export type ExportErrorCode = keyof typeof EXPORT_ERRORS;

/** `detail` says what went wrong this time; it holds no personal data. */
export class ExportError extends Error {
  readonly code: ExportErrorCode;
  readonly detail: string;

  constructor(code: ExportErrorCode, detail = '') {
    super(`${code}: ${EXPORT_ERRORS[code].cause.en} ${detail}`.trim());
    this.name = 'ExportError';
    this.code = code;
    this.detail = detail;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const UNWRITABLE = /^E(ACCES|PERM|ROFS|NOTDIR|NOSPC|EXIST)$/u;

/** Turns what the file system says into the registry's codes. */
export function exportFault(error: unknown, where: string): ExportError {
  if (error instanceof ExportError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (UNWRITABLE.test(code)) return new ExportError('EXPORT_DIR_UNWRITABLE', `${where} (${code})`);
  return new ExportError('EXPORT_FAILED', messageOf(error).slice(0, 500));
}

/** The text of docs/errors-export.md. */
export function renderErrorDocs(): string {
  const rows = Object.entries(EXPORT_ERRORS).map(
    ([code, { cause, hint }]) => `## ${code}\n\n- ${cause.en} ${hint.en}\n- ${cause.zh}${hint.zh}\n`,
  );
  return `# Errors of the Parquet export\n\nMade from \`cloud-sync/export/src/errors.ts\`.\n\n${rows.join('\n')}`;
}
