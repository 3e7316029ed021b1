export type Language = 'en' | 'zh';

/** zh where the environment speaks Chinese (LC_ALL, LC_MESSAGES, LANG), else en. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  const locale = environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || '';
  return /^zh/i.test(locale) ? 'zh' : 'en';
}

const HELP_EN = `Usage: tillside-gs1 parse [--rcn SET[,SET...]] [--rcn-file FILE.json]
       tillside-gs1 digital-link [--domain URI]

parse         Reads one scan a line and writes one JSON object a line: what the scan means, or why it is refused.
digital-link  Reads one GS1 element string a line and writes one JSON object a line with its GS1 Digital Link URI.

Options
  --rcn SETS       sets of in-store codes (price and weight labels), by name: {PRESETS}
  --rcn-file FILE  in-store codes of your own, as JSON, as in the agent's configuration
  --domain URI     what links begin with, such as https://example.com/shop; else https://id.gs1.org
  --lang en|zh     language of this help
  --help           this help

Lines are UTF-8. FNC1 is 0x1D, {GS}, {FNC1} or \\x1d, and ^ in a line of elements. An AIM identifier may stand first: ]E06901234567892.
Element strings may be written with brackets: (01)09521234543213(10)LOT1. Empty lines are left out.

Written    {"ok":true,"kind":...,"symbology":...,"gtin":...,"ais":[{"ai":...,"value":...,"title":...}],...}
           {"ok":true,"uri":...}
           {"ok":false,"code":...,"message":...,"hint":...,"position":...}, position counted from 0 in the line
Exit code  0 when all lines were read, refused ones too; 1 when reading or writing broke off; 2 for a wrong command line
`;

const HELP_ZH = `用法：tillside-gs1 parse [--rcn 规则集[,规则集...]] [--rcn-file 文件.json]
      tillside-gs1 digital-link [--domain 网址]

parse         每行读入一次扫码，每行输出一个 JSON 对象：这次扫码的含义，或拒绝的原因。
digital-link  每行读入一个 GS1 元素串，每行输出一个 JSON 对象，内含它的 GS1 Digital Link 网址。

选项
  --rcn 规则集     店内码（价格、重量标签）的规则集名称：{PRESETS}
  --rcn-file 文件  自定义的店内码规则，JSON 格式，与门店服务的配置相同
  --domain 网址    链接的开头，例如 https://example.com/shop；默认 https://id.gs1.org
  --lang en|zh     本帮助的语言
  --help           显示本帮助

每行为 UTF-8 文本。FNC1 写作 0x1D、{GS}、{FNC1} 或 \\x1d；元素串行中也可写作 ^。行首可带 AIM 标识：]E06901234567892。
元素串也可带括号：(01)09521234543213(10)LOT1。空行跳过。

输出    {"ok":true,"kind":...,"symbology":...,"gtin":...,"ais":[{"ai":...,"value":...,"title":...}],...}
        {"ok":true,"uri":...}
        {"ok":false,"code":...,"message":...,"hint":...,"position":...}，position 为行内位置，从 0 数起
退出码  0 全部读完（被拒绝的行也算读完）；1 读写中断；2 命令行有误
`;

const TEXTS = {
  en: {
    help: HELP_EN,
    noCommand: 'Give a command: parse or digital-link.',
    unknownCommand: (name: string) => `There is no command ${name}. Commands: parse, digital-link.`,
    unknownOption: (name: string) => `There is no option ${name} here.`,
    noValue: (name: string) => `The option ${name} needs a value.`,
    extra: (text: string) => `${text} is one argument too many: lines are read from standard input.`,
    badValue: (name: string, why: string) => `The value of ${name} cannot be used: ${why}`,
    broken: (why: string) => `Reading or writing broke off: ${why}`,
    seeHelp: 'See tillside-gs1 --help.',
  },
  zh: {
    help: HELP_ZH,
    noCommand: '请给出命令：parse 或 digital-link。',
    unknownCommand: (name: string) => `没有命令 ${name}。可用命令：parse、digital-link。`,
    unknownOption: (name: string) => `这里没有选项 ${name}。`,
    noValue: (name: string) => `选项 ${name} 需要一个值。`,
    extra: (text: string) => `多余的参数 ${text}：扫码内容从标准输入读取。`,
    badValue: (name: string, why: string) => `${name} 的值不能用：${why}`,
    broken: (why: string) => `读写中断：${why}`,
    seeHelp: '用法见 tillside-gs1 --help。',
  },
} as const;

export type Texts = (typeof TEXTS)[Language];

export const textsIn = (language: Language): Texts => TEXTS[language];
