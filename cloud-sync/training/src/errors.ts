interface Words {
  readonly 'zh-CN': string;
  readonly en: string;
}

/** Every reason for which a training job ends without a model. */
export const TRAINING_ERRORS = {
  TRAINING_USAGE: {
    cause: { 'zh-CN': '命令行参数不正确。', en: 'The arguments are not understood.' },
    hint: {
      'zh-CN': '用法：--input <文件或目录> --out <目录> --seed N',
      en: 'Usage: --input <file or dir> --out <dir> --seed N',
    },
  },
  TRAINING_INPUT_MISSING: {
    cause: { 'zh-CN': '找不到销售数据。', en: 'There is no input at this path.' },
    hint: {
      'zh-CN': '给出 .ndjson 文件或包含它们的目录。',
      en: 'Give an .ndjson file or a directory that holds some.',
    },
  },
  TRAINING_INPUT_INVALID: {
    cause: { 'zh-CN': '销售数据无法读取。', en: 'The input is not one JSON sale a line.' },
    hint: { 'zh-CN': '检查消息中指出的行。', en: 'Look at the line that the message names.' },
  },
  TRAINING_ITEMS_MISSING: {
    cause: { 'zh-CN': '无法读取商品文件。', en: 'The file of items can’t be read.' },
    hint: { 'zh-CN': '检查 --items 的路径和权限。', en: 'Look at the path of --items and at its permissions.' },
  },
  TRAINING_ITEMS_INVALID: {
    cause: { 'zh-CN': '商品文件不是每行一个商品的 JSON。', en: 'The file of items is not one JSON item a line.' },
    hint: {
      'zh-CN': '检查消息中指出的行：sku、category、department 必填，均为文本，sku 不得重复。',
      en: 'Look at the line that the message names: sku, category and department are needed, all texts, each sku once.',
    },
  },
  TRAINING_MERGED_INVALID: {
    cause: { 'zh-CN': '会员合并名单无法读取。', en: 'The list of merged members is not one {from, into} a line.' },
    hint: {
      'zh-CN': '检查消息中指出的行；总部自己会生成这份名单。',
      en: 'Look at the line that the message names; HQ makes this list by itself.',
    },
  },
  TRAINING_TOO_FEW_BASKETS: {
    cause: { 'zh-CN': '可用的购物篮太少，无法训练。', en: 'There are too few baskets to learn from.' },
    hint: { 'zh-CN': '等待更多销售同步后再训练。', en: 'Train again when more sales have synced.' },
  },
  TRAINING_EXAMPLES_INVALID: {
    cause: { 'zh-CN': '训练样本或参数无效。', en: 'The examples or the settings of a fit make no sense.' },
    hint: { 'zh-CN': '这是程序缺陷，请报告消息内容。', en: 'This is a defect of the job: report the message.' },
  },
  TRAINING_DIVERGED: {
    cause: { 'zh-CN': '训练没有收敛。', en: 'The weights left the range of numbers.' },
    hint: { 'zh-CN': '换一个种子，或检查数据。', en: 'Try another seed, or look at the data.' },
  },
  TRAINING_EXPORT_REFUSED: {
    cause: { 'zh-CN': '推理侧拒绝了刚训练的模型。', en: 'Inference refuses the model just made.' },
    hint: { 'zh-CN': '这是程序缺陷，请报告消息内容。', en: 'This is a defect of the job: report the message.' },
  },
  TRAINING_FAILED: {
    cause: { 'zh-CN': '训练意外失败。', en: 'Training failed unexpectedly.' },
    hint: { 'zh-CN': '查看消息；检查磁盘空间和权限。', en: 'Read the message; check disk space and permissions.' },
  },
} as const satisfies Record<string, { readonly cause: Words; readonly hint: Words }>;

export type TrainingErrorCode = keyof typeof TRAINING_ERRORS;

export class TrainingError extends Error {
  readonly code: TrainingErrorCode;
  readonly hint: Words;

  constructor(code: TrainingErrorCode, detail: string) {
    super(`${TRAINING_ERRORS[code].cause.en} ${detail}`.trim());
    this.name = 'TrainingError';
    this.code = code;
    this.hint = TRAINING_ERRORS[code].hint;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
