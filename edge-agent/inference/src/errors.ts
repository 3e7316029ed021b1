interface Words {
  readonly 'zh-CN': string;
  readonly en: string;
}

/** Every reason for which a model is refused, in words for the people who push models. */
export const MODEL_ERRORS = {
  MODEL_READ_FAILED: {
    cause: { 'zh-CN': '无法读取模型文件。', en: 'The model file could not be read.' },
    hint: { 'zh-CN': '检查路径和权限。', en: 'Check the path and its permissions.' },
  },
  MODEL_TOO_LARGE: {
    cause: { 'zh-CN': '模型或其中一部分超过大小上限。', en: 'The model, or a part of it, is larger than allowed.' },
    hint: { 'zh-CN': '减少隐藏单元或商品邻居数。', en: 'Use fewer hidden units or fewer neighbours an item.' },
  },
  MODEL_NOT_A_PACK: {
    cause: { 'zh-CN': '这不是 .tillmodel 文件。', en: 'This is not a .tillmodel file.' },
    hint: {
      'zh-CN': '用 tillside-model pack 打包模型目录。',
      en: 'Pack the directory of the model with tillside-model pack.',
    },
  },
  MODEL_TRUNCATED: {
    cause: { 'zh-CN': '模型文件不完整。', en: 'The model file is incomplete.' },
    hint: { 'zh-CN': '重新下载。', en: 'Download it again.' },
  },
  MODEL_HASH_MISMATCH: {
    cause: { 'zh-CN': '内容与记录的哈希不符。', en: 'The content does not match its recorded hash.' },
    hint: { 'zh-CN': '文件已损坏或被改动，请重新打包。', en: 'It was damaged or altered: pack and push it again.' },
  },
  MODEL_FORMAT_NOT_SUPPORTED: {
    cause: { 'zh-CN': '不支持这种模型格式。', en: 'This format of model is not supported.' },
    hint: {
      'zh-CN': '按 docs/models.md 中的格式重新打包。',
      en: 'Pack it again in the format of docs/models.md.',
    },
  },
  MODEL_MANIFEST_INVALID: {
    cause: { 'zh-CN': '模型清单不符合规定。', en: 'The manifest does not follow the model contract.' },
    hint: { 'zh-CN': '按消息中的位置修改清单。', en: 'Correct the manifest at the place the message names.' },
  },
  MODEL_STATS_INVALID: {
    cause: { 'zh-CN': '商品统计数据不符合规定。', en: 'The item statistics do not follow the model contract.' },
    hint: { 'zh-CN': '用训练程序重新生成。', en: 'Make them again with the training job.' },
  },
  MODEL_AGENT_TOO_OLD: {
    cause: { 'zh-CN': '模型需要更新版本的门店程序。', en: 'The model needs a newer agent.' },
    hint: { 'zh-CN': '先升级门店程序。', en: 'Update the agent first.' },
  },
  MODEL_FEATURE_SET_MISMATCH: {
    cause: { 'zh-CN': '模型使用另一套特征训练。', en: 'The model was trained on another feature set.' },
    hint: { 'zh-CN': '用相同版本的特征重新训练。', en: 'Train again with the features of this version.' },
  },
  MODEL_ONNX_INVALID: {
    cause: { 'zh-CN': 'ONNX 内容无法解析。', en: 'The ONNX part can not be read.' },
    hint: { 'zh-CN': '重新导出模型。', en: 'Export the model again.' },
  },
  MODEL_OPERATOR_NOT_ALLOWED: {
    cause: { 'zh-CN': '模型使用了不允许的算子。', en: 'The model uses an operator that is not allowed.' },
    hint: { 'zh-CN': '只用允许列表中的算子。', en: 'Use only operators of the allow-list.' },
  },
  MODEL_OPSET_NOT_SUPPORTED: {
    cause: { 'zh-CN': '不支持这个 opset 版本。', en: 'The opset or IR version is not supported.' },
    hint: { 'zh-CN': '以 opset 17、IR 8 导出。', en: 'Export with opset 17 and IR version 8.' },
  },
  MODEL_SHAPE_MISMATCH: {
    cause: { 'zh-CN': '输入或输出的名称、类型或形状不符。', en: 'An input or output has another name, type or shape.' },
    hint: {
      'zh-CN': '输入 features float[n,F]，输出 scores float[n]。',
      en: 'Take features float[n,F], give scores float[n].',
    },
  },
  MODEL_LOAD_FAILED: {
    cause: { 'zh-CN': '推理引擎拒绝了模型。', en: 'The inference engine refused the model.' },
    hint: { 'zh-CN': '查看消息中的引擎说明。', en: "Read the engine's words in the message." },
  },
  MODEL_OUTPUT_NOT_FINITE: {
    cause: { 'zh-CN': '模型给出了非数值结果。', en: 'The model answered with something that is not a number.' },
    hint: { 'zh-CN': '检查训练是否发散。', en: 'Check whether training diverged.' },
  },
  MODEL_GOLDEN_MISMATCH: {
    cause: { 'zh-CN': '黄金向量的结果与记录不符。', en: 'A golden vector gives another result than recorded.' },
    hint: {
      'zh-CN': '用同一版本的特征和权重重新打包。',
      en: 'Pack again from the features and weights that were recorded.',
    },
  },
  MODEL_LOAD_TIMEOUT: {
    cause: { 'zh-CN': '模型在时限内没有就绪。', en: 'The model was not ready in time.' },
    hint: { 'zh-CN': '使用更小的模型。', en: 'Use a smaller model.' },
  },
  MODEL_CHILD_CRASHED: {
    cause: { 'zh-CN': '模型使推理进程崩溃。', en: 'The inference process died while it tried the model.' },
    hint: { 'zh-CN': '不要发布该模型；先在本地验证。', en: 'Do not push this model; try it on a bench first.' },
  },
  MODEL_TOO_SLOW: {
    cause: { 'zh-CN': '模型回答太慢。', en: 'The model answers too slowly.' },
    hint: { 'zh-CN': '使用更小的模型：层更窄，树更少。', en: 'Use a smaller model: narrower layers, fewer trees.' },
  },
  MODEL_TRIAL_FAILED: {
    cause: { 'zh-CN': '试运行时模型没能回答真实的请求。', en: 'On trial, the model could not answer real questions.' },
    hint: {
      'zh-CN': '门店已恢复原来的模型；请检查训练数据和导出后重新训练。',
      en: 'The store is back on what it had: look at the training data and the export, and train again.',
    },
  },
  MODEL_TRIAL_LATE: {
    cause: { 'zh-CN': '试运行时模型经常超时。', en: 'On trial, the model was late too often.' },
    hint: {
      'zh-CN': '门店已恢复原来的模型；请使用更小的模型。',
      en: 'The store is back on what it had: use a smaller model.',
    },
  },
  MODEL_TRIAL_CRASHED: {
    cause: { 'zh-CN': '试运行时推理进程多次崩溃。', en: 'On trial, the inference process died again and again.' },
    hint: {
      'zh-CN': '门店已恢复原来的模型；请不要再发布它。',
      en: 'The store is back on what it had: do not push this model again.',
    },
  },
  MODEL_TRIAL_DIFFERS: {
    cause: {
      'zh-CN': '试运行时模型的推荐与原来的几乎完全不同。',
      en: 'On trial, the model chose almost nothing of what the one before chooses.',
    },
    hint: {
      'zh-CN': '检查分数的方向（越高越好）和特征的顺序。',
      en: 'Check that higher scores are better, and the order of the features.',
    },
  },
  MODEL_NOT_STARTED: {
    cause: { 'zh-CN': '推理服务没有启动。', en: 'Inference is not started.' },
    hint: { 'zh-CN': '先调用 start。', en: 'Call start first.' },
  },
} as const satisfies Record<string, { readonly cause: Words; readonly hint: Words }>;

export type ModelErrorCode = keyof typeof MODEL_ERRORS;

/** A model that can't be used: a stable code, what exactly was seen, and a hint in both languages. */
export class ModelError extends Error {
  readonly code: ModelErrorCode;
  readonly hint: Words;

  constructor(code: ModelErrorCode, detail: string) {
    super(`${MODEL_ERRORS[code].cause.en} ${detail}`.trim());
    this.name = 'ModelError';
    this.code = code;
    this.hint = MODEL_ERRORS[code].hint;
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
