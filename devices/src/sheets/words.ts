export type SheetLocale = 'zh-CN' | 'en';

const WORDS = {
  sheet: { zh: '设置页', en: 'Set-up sheet' },
  storeSheet: { zh: '本店设备设置页', en: "Set-up sheets of this store's devices" },
  steps: { zh: '怎么做', en: 'What to do' },
  codes: { zh: '从上到下扫描', en: 'Scan these from top to bottom' },
  oneByOne: {
    zh: '用手或纸盖住其他条码，每次只扫一个；听到成功提示音再扫下一个。',
    en: 'Cover the other codes with your hand or a paper, one at a time; go on when the scanner has beeped for success.',
  },
  config: { zh: '在门店配置文件中', en: "In the store's config file" },
  probe: {
    zh: '端口路径和 USB 编号由 tillside-agent devices probe 列出',
    en: 'tillside-agent devices probe lists paths and USB ids',
  },
  line: { zh: '串口参数', en: 'Serial line' },
  parity: {
    zh: { none: '无校验', even: '偶校验', odd: '奇校验' },
    en: { none: 'no parity', even: 'even parity', odd: 'odd parity' },
  },
  source: { zh: '依据', en: 'Source' },
  untried: {
    zh: '印出的条码已用独立的译码程序核对，但没有在这种扫码器上试过。如果扫码器不接受，请扫描说明书中同名的条码。',
    en: 'The printed codes were checked with an independent decoder, but not tried on a scanner of this kind. If it does not take one, scan the code of that name in its manual.',
  },
  published: {
    zh: '这些条码的一部分依据不是厂家说明书，见上。',
    en: "Part of what these codes hold is not from the maker's manual, see above.",
  },
  print: { zh: '按实际大小（100%）打印，激光打印机最好。', en: 'Print at actual size (100%), best by laser.' },
  device: { zh: '设备', en: 'Device' },
  lane: { zh: '收银道', en: 'Lane' },
  model: { zh: '型号', en: 'Model' },
  which: { zh: '用哪一页', en: 'Sheets' },
  noSheet: { zh: '不需要设置页', en: 'needs no sheet' },
  chooseOne: {
    zh: '一种型号有几页时，选与扫码器厂家相同的那一页。',
    en: "Where a model has several sheets, take the one of your scanner's maker.",
  },
} as const;

/** Words of the sheet's own, in the reader's language. */
export function wordsIn(locale: SheetLocale) {
  const key = locale === 'en' ? 'en' : 'zh';
  return {
    pick: (text: { readonly zh: string; readonly en: string }): string => text[key],
    say: (word: Exclude<keyof typeof WORDS, 'parity'>): string => WORDS[word][key],
    parity: (parity: 'none' | 'even' | 'odd'): string => WORDS.parity[key][parity],
  };
}
