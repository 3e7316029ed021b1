import {
  LIFECYCLE_STATES,
  type LifecycleState,
  RFM_SEGMENTS,
  type RfmSegment,
  SegmentRules,
} from '@tillside/hub-contract';
import { lifecycleOf } from '../lifecycle.ts';
import { Population } from '../population.ts';
import { addTo, type MemberSegments, segmentsOf, type Yardstick, yardstickOf } from '../segment.ts';
import { wordsOf } from '../words.ts';
import { activitiesUntil, type Purchase, weeks } from './cdnow.ts';

export const START = Date.parse('1997-01-01');
export const MIDDLE = START + weeks(39);
const END = START + weeks(78);
export const RULES = SegmentRules.parse({});

export interface Judged extends MemberSegments {
  /** Bought in the second half. */
  readonly isBack: boolean;
  readonly spentFen: number;
  readonly laterFen: number;
}

/** Segments from the first 39 weeks, judged by the 39 weeks behind them, as those who published the data split it. */
export async function judge(purchases: readonly Purchase[]): Promise<{ judged: Judged[]; yardstick: Yardstick }> {
  const members = activitiesUntil(purchases, MIDDLE);
  const population = new Population();
  for (const member of members) addTo(population, member, MIDDLE);
  const yardstick = await yardstickOf(population, { asOfMs: MIDDLE, rules: RULES, before: [] });
  const later = new Map<string, number>();
  for (const { customer, atMs, spentFen } of purchases)
    if (atMs >= MIDDLE && atMs < END) later.set(customer, (later.get(customer) ?? 0) + spentFen);
  const judged = members.map((member) => {
    const laterFen = later.get(member.memberId);
    const { spentFen } = member;
    return { ...segmentsOf(member, yardstick), isBack: laterFen !== undefined, spentFen, laterFen: laterFen ?? 0 };
  });
  return { judged, yardstick };
}

/** Where members of a state stand so many weeks later: shares of each row. */
export function transitions(
  purchases: readonly Purchase[],
  later: number,
): Map<LifecycleState, Map<LifecycleState, number>> {
  const stateAt = (asOfMs: number): Map<string, LifecycleState> =>
    new Map(activitiesUntil(purchases, asOfMs).map((each) => [each.memberId, lifecycleOf(each, RULES, asOfMs)]));
  const [before, after] = [stateAt(MIDDLE), stateAt(MIDDLE + weeks(later))];
  const rows = new Map<LifecycleState, Map<LifecycleState, number>>();
  for (const [id, state] of before) {
    const row = rows.get(state) ?? new Map<LifecycleState, number>();
    const then = after.get(id) ?? state;
    row.set(then, (row.get(then) ?? 0) + 1);
    rows.set(state, row);
  }
  return rows;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
const dollars = (cents: number): string => `$${(cents / 100).toFixed(2)}`;

type Words = Readonly<Record<'head' | 'from', string>> & {
  readonly rfm: Readonly<Record<RfmSegment, string>>;
  readonly life: Readonly<Record<LifecycleState, string>>;
};
const EN: Words = {
  head: '| members | share | of spending | bought in the next 39 weeks | spent then, each |',
  from: 'at week 39 ↓ at week 52 →',
  rfm: {
    champions: 'Champions',
    loyal: 'Loyal',
    promising: 'Promising',
    recent: 'Recent',
    attention: 'Need attention',
    fading: 'Fading',
    'must-keep': 'Must keep',
    slipping: 'Slipping',
    dormant: 'Dormant',
  },
  life: { new: 'New', active: 'Active', 'won-back': 'Won back', 'at-risk': 'At risk', lost: 'Lost' },
};
const ZH: Words = {
  head: '| 会员 | 占比 | 消费占比 | 后 39 周内再次购买 | 后 39 周人均消费 |',
  from: '第 39 周 ↓ 第 52 周 →',
  rfm: {
    champions: '核心会员',
    loyal: '忠诚会员',
    promising: '潜力会员',
    recent: '新近会员',
    attention: '需要关注',
    fading: '渐行渐远',
    'must-keep': '必须挽留',
    slipping: '正在流失',
    dormant: '沉睡会员',
  },
  life: { new: '新会员', active: '活跃', 'won-back': '已召回', 'at-risk': '有流失风险', lost: '已流失' },
};

/** The tables of docs/segments.md and its Chinese sister. */
export function cdnowTables(
  purchases: readonly Purchase[],
  { judged, yardstick }: Awaited<ReturnType<typeof judge>>,
  language: 'en' | 'zh',
): string[] {
  const words = language === 'en' ? EN : ZH;
  const whole = judged.reduce((sum, { spentFen }) => sum + spentFen, 0);
  const line = (name: string, those: readonly Judged[]): string => {
    const sum = (of: (each: Judged) => number): number => those.reduce((total, each) => total + of(each), 0);
    const cells = [
      those.length.toLocaleString('en'),
      percent(those.length / judged.length),
      percent(sum(({ spentFen }) => spentFen) / whole),
      percent(sum(({ isBack }) => Number(isBack)) / those.length),
      dollars(sum(({ laterFen }) => laterFen) / those.length),
    ];
    return `| ${name} | ${cells.join(' | ')} |`;
  };
  const table = (rows: readonly string[]): string =>
    [`| ${words.head}`, '|---|---:|---:|---:|---:|---:|', ...rows].join('\n');
  const some = <T extends string>(keys: readonly T[], name: (key: T) => string, of: (each: Judged) => T | undefined) =>
    keys.flatMap((key) => {
      const those = judged.filter((each) => of(each) === key);
      return those.length === 0 ? [] : [line(name(key), those)];
    });
  const groups = yardstick.clusters?.groups ?? [];
  const groupName = (id: string): string => {
    const at = groups.findIndex((group) => group.id === id);
    return `${wordsOf(yardstick.clusters?.centres[at] ?? [0, 0, 0])[language]} (\`${id}\`)`;
  };
  const moves = transitions(purchases, 13);
  const states = LIFECYCLE_STATES.filter(
    (state) => moves.has(state) || [...moves.values()].some((row) => row.has(state)),
  );
  const moved = states.flatMap((state) => {
    const row = moves.get(state);
    const all = [...(row?.values() ?? [])].reduce((sum, count) => sum + count, 0);
    return row === undefined
      ? []
      : [`| ${words.life[state]} | ${states.map((then) => percent((row.get(then) ?? 0) / all)).join(' | ')} |`];
  });
  return [
    table(
      some(
        RFM_SEGMENTS,
        (key) => words.rfm[key],
        ({ rfm }) => rfm?.segment,
      ),
    ),
    table(
      some(
        LIFECYCLE_STATES,
        (key) => words.life[key],
        ({ lifecycle }) => lifecycle,
      ),
    ),
    [
      `| ${words.from} | ${states.map((state) => words.life[state]).join(' | ')} |`,
      `|---|${'---:|'.repeat(states.length)}`,
      ...moved,
    ].join('\n'),
    table(
      some(
        groups.map(({ id }) => id),
        groupName,
        ({ group }) => group?.id,
      ),
    ),
  ];
}
