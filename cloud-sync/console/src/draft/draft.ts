import { type Campaign, type CampaignSet, type ItemSelector, type Names, parseCampaignSet } from '@tillside/decide';

/** Kinds that the form can write; the others come from a file. */
export const FORM_KINDS = ['discount', 'spend-save'] as const;

/** A campaign as typed into the form: texts, as fields hold them. Dates are YYYY-MM-DD in the zone of this computer. */
export interface CampaignForm {
  readonly kind: (typeof FORM_KINDS)[number];
  readonly nameZh: string;
  readonly nameEn: string;
  readonly scope: 'all' | 'departments' | 'categories' | 'skus';
  readonly keys: string;
  readonly percent: string;
  readonly spendYuan: string;
  readonly saveYuan: string;
  readonly isPerStep: boolean;
  readonly from: string;
  readonly to: string;
  readonly isMembersOnly: boolean;
  /** Days before or after a member's birthday; empty: on any day. */
  readonly birthdayDays: string;
}

export type FormFault = 'missing' | 'number' | 'percentRange' | 'saveTooMuch' | 'dates' | 'birthdayRange';
export type FormFaults = Partial<Record<keyof CampaignForm, FormFault>>;
export type Checked =
  | { readonly ok: true; readonly campaign: Campaign }
  | { readonly ok: false; readonly faults: FormFaults };

export function emptyForm(today: string, inTwoWeeks: string): CampaignForm {
  return {
    kind: 'discount',
    nameZh: '',
    nameEn: '',
    scope: 'all',
    keys: '',
    percent: '10',
    spendYuan: '100',
    saveYuan: '10',
    isPerStep: false,
    from: today,
    to: inTwoWeeks,
    isMembersOnly: false,
    birthdayDays: '',
  };
}

/** Yuan as typed, to fen; undefined unless it is above zero with at most two decimals. */
export function fenOf(typed: string): number | undefined {
  const match = /^(\d{1,8})(?:\.(\d{1,2}))?$/.exec(typed.trim());
  if (match === null) return undefined;
  const fen = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
  return fen > 0 ? fen : undefined;
}

/** Percent as typed, to basis points; undefined unless above 0 and at most 100. */
export function basisPointsOf(typed: string): number | undefined {
  const points = fenOf(typed);
  return points !== undefined && points <= 10_000 ? points : undefined;
}

/** Days around a birthday as typed; undefined where none are, NaN for what is no such number. */
function birthdayDaysOf(typed: string): number | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  return /^\d{1,2}$/.test(text) && Number(text) <= MAX_BIRTHDAY_DAYS ? Number(text) : Number.NaN;
}
const MAX_BIRTHDAY_DAYS = 31;

const keyList = (typed: string): string[] => [
  ...new Set(
    typed
      .split(/[,，、;；\s]+/u)
      .map((key) => key.trim())
      .filter((key) => key !== ''),
  ),
];

function selectorOf(form: CampaignForm): ItemSelector {
  if (form.scope === 'all') return { all: true };
  return { [form.scope]: keyList(form.keys) };
}

/** The form as a campaign, or what is wrong with which field. `id` must be new in the set. */
export function checkForm(form: CampaignForm, id: string): Checked {
  const faults: FormFaults = {};
  const names: Names = { zh: form.nameZh.trim(), en: form.nameEn.trim() };
  if (names.zh === '') faults.nameZh = 'missing';
  if (names.en === '') faults.nameEn = 'missing';
  if (form.scope !== 'all' && keyList(form.keys).length === 0) faults.keys = 'missing';
  const from = Date.parse(`${form.from}T00:00:00`);
  const to = Date.parse(`${form.to}T00:00:00`);
  if (Number.isNaN(from)) faults.from = 'missing';
  if (Number.isNaN(to)) faults.to = 'missing';
  else if (to <= from) faults.to = 'dates';
  const percentOffBp = basisPointsOf(form.percent);
  const spendFen = fenOf(form.spendYuan);
  const saveFen = fenOf(form.saveYuan);
  if (form.kind === 'discount') {
    if (percentOffBp === undefined) faults.percent = 'percentRange';
  } else {
    if (spendFen === undefined) faults.spendYuan = 'number';
    if (saveFen === undefined) faults.saveYuan = 'number';
    else if (spendFen !== undefined && saveFen > spendFen) faults.saveYuan = 'saveTooMuch';
  }
  const birthdayDays = birthdayDaysOf(form.birthdayDays);
  if (Number.isNaN(birthdayDays)) faults.birthdayDays = 'birthdayRange';
  if (Object.keys(faults).length > 0) return { ok: false, faults };
  const audience = {
    ...(form.isMembersOnly ? { memberOnly: true } : {}),
    ...(birthdayDays === undefined ? {} : { birthdayDays }),
  };
  const common = {
    schema: 1 as const,
    id,
    version: 1,
    name: names,
    window: { from: new Date(from).toISOString(), to: new Date(to).toISOString() },
    fundedBy: 'store' as const,
    ...(Object.keys(audience).length > 0 ? { audience } : {}),
  };
  const items = selectorOf(form);
  if (form.kind === 'discount') {
    const discount = { by: 'percent' as const, percentOffBp: percentOffBp ?? 0 };
    return { ok: true, campaign: { ...common, kind: 'discount', items, discount } };
  }
  const tiers = [{ spendFen: spendFen ?? 0, saveFen: saveFen ?? 0 }];
  const repeat = form.isPerStep ? ('per-step' as const) : ('once' as const);
  const base = 'after-item-discounts' as const;
  return { ok: true, campaign: { ...common, kind: 'spend-save', items, tiers, repeat, base } };
}

/** An edition with these campaigns, following `before`. The hub sets the version that each store sees. */
export function editionOf(campaigns: readonly Campaign[], before: CampaignSet | undefined): CampaignSet {
  return {
    schema: 1,
    setId: before?.setId ?? 'console',
    version: (before?.version ?? 0) + 1,
    campaigns: [...campaigns],
    policy: before?.policy ?? { version: 1, objective: 'best-for-customer', couponsPerBasket: 1 },
  };
}

export interface Fault {
  readonly path: string;
  readonly message: string;
}
export type Loaded =
  | { readonly ok: true; readonly set: CampaignSet }
  | { readonly ok: false; readonly faults: readonly Fault[] };

/** A campaign set from a file's text. No faults with `ok: false` means that it isn't JSON. */
export function loadEdition(text: string): Loaded {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, faults: [] };
  }
  const parsed = parseCampaignSet(json);
  if (parsed.ok) return { ok: true, set: parsed.value };
  return { ok: false, faults: parsed.errors.slice(0, 20).map(({ path, message }) => ({ path, message })) };
}
