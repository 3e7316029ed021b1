import type { Claim, LiveCampaign, Plan, PreparedLine, Take } from '../model.ts';
import { percentOfFen } from '../money.ts';
import type { GiftCampaign, SpendSaveCampaign, SpendSaveTier } from '../schema/campaign.ts';
import { maxTimes, timesReached } from '../wide.ts';
import { addGroup, type GroupColumns } from './groups.ts';
import { agrees } from './presolve.ts';
import { ProgramDraft } from './program.ts';

/** Lines and campaigns that have to be decided together. Indices are of the whole basket's lines. */
export interface Part {
  readonly lines: readonly PreparedLine[];
  readonly only: readonly number[];
  readonly claims: readonly (readonly Claim[])[];
  readonly items: readonly LiveCampaign[];
  /** Campaigns of the basket and coupon layers whose saving is not settled beforehand. */
  readonly wide: readonly LiveCampaign[];
  readonly rules: Rules;
}

/** Limits on which campaigns act together: at most `most` of `members`. Members are live campaigns of any layer. */
export interface Rule {
  readonly members: readonly LiveCampaign[];
  readonly most: number;
}

export interface Rules {
  readonly rules: readonly Rule[];
  /** Worth of one fen of a gift, and cost of a coupon, in fen: small enough to only break ties. */
  readonly giftWorth: number;
  readonly couponCost: number;
}

/** A program with the way back to campaigns and units. */
export interface Model {
  readonly draft: ProgramDraft;
  /** List price of a unit, by line of the whole basket. */
  readonly unitFen: readonly number[];
  readonly claimColumns: readonly { readonly claim: Claim; readonly column: number }[];
  /** For each campaign above the item layer the columns that are above 0 when it acts. */
  readonly wideColumns: readonly { readonly live: LiveCampaign; readonly columns: readonly number[] }[];
}

const RANK = { claim: 0, group: 1, tier: 2, act: 3, wide: 4 } as const;

type Term = readonly [number, number];

interface ClaimColumn {
  readonly claim: Claim;
  readonly column: number;
}

/** Puts one part into the form of an integer program. */
export function buildModel(part: Part): Model {
  return new Builder(part).build();
}

class Builder {
  private readonly part: Part;
  private readonly draft = new ProgramDraft();
  private readonly claims: ClaimColumn[] = [];
  private readonly ofCampaign = new Map<LiveCampaign, ClaimColumn[]>();
  private readonly groups = new Map<LiveCampaign, GroupColumns>();
  private readonly activity = new Map<LiveCampaign, Term[]>();
  private readonly switched: ReadonlySet<LiveCampaign>;

  constructor(part: Part) {
    this.part = part;
    this.switched = new Set(part.rules.rules.flatMap((rule) => rule.members));
  }

  build(): Model {
    const { part, draft } = this;
    this.addClaims();
    for (const live of part.items) this.addItemCampaign(live);
    const wideColumns = part.wide.map((live) => ({ live, columns: this.addWide(live) }));
    for (const { members, most } of part.rules.rules) {
      const acting = members.filter((live) => this.activity.has(live));
      if (acting.length > most)
        draft.row(
          acting.flatMap((live) => this.activity.get(live) ?? []),
          most,
          false,
        );
    }
    return { draft, unitFen: part.lines.map((line) => line.unitFen), claimColumns: this.claims, wideColumns };
  }

  private addClaims(): void {
    const { part, draft } = this;
    for (const index of part.only) {
      const line = part.lines[index];
      const claims = part.claims[index] ?? [];
      if (!line || claims.length === 0) continue;
      const terms: Term[] = [];
      for (const claim of claims) {
        const [first] = claim.live;
        const campaign = first?.compiled.campaign;
        const priced = campaign?.kind === 'bundle' && campaign.price.by === 'fixed-price';
        const column = draft.column(priced ? line.unitFen : claim.saveFen, line.quantity, true, RANK.claim);
        const entry = { claim, column };
        this.claims.push(entry);
        terms.push([column, 1]);
        for (const live of claim.live) {
          const own = this.ofCampaign.get(live);
          if (own) own.push(entry);
          else this.ofCampaign.set(live, [entry]);
        }
      }
      if (terms.length > 1) draft.row(terms, line.quantity, false);
    }
  }

  private addItemCampaign(live: LiveCampaign): void {
    const { draft, part } = this;
    const own = this.ofCampaign.get(live);
    if (!own) return;
    const { campaign } = live.compiled;
    const perBasket = campaign.limits?.perBasket;
    const group = addGroup(draft, live, own, part.lines, RANK);
    if (group) this.groups.set(live, group);
    if (perBasket !== undefined && group?.counted !== true) {
      draft.row(
        own.map(({ column }) => [column, 1] as const),
        perBasket,
        false,
      );
    }
    if (Number.isFinite(live.budgetFen)) {
      const saved = own.map(({ claim, column }): Term => [column, this.partOf(claim, live)]);
      draft.row([...saved, ...(group?.priceTerms ?? [])], live.budgetFen, false);
    }
    if (this.switched.has(live)) this.addItemSwitch(live, own);
  }

  private partOf(claim: Claim, live: LiveCampaign): number {
    const { campaign } = live.compiled;
    if (campaign.kind === 'bundle' && campaign.price.by === 'fixed-price') {
      return this.part.lines[claim.line]?.unitFen ?? 0;
    }
    return claim.partsFen[claim.live.indexOf(live)] ?? 0;
  }

  private addItemSwitch(live: LiveCampaign, own: readonly ClaimColumn[]): void {
    const { draft, part } = this;
    const cost = live.couponId === undefined ? 0 : part.rules.couponCost;
    const act = draft.column(-cost, 1, true, RANK.act);
    this.activity.set(live, [[act, 1]]);
    const byLine = new Map<number, number[]>();
    for (const { claim, column } of own) byLine.set(claim.line, [...(byLine.get(claim.line) ?? []), column]);
    for (const [line, columns] of byLine) {
      const most = part.lines[line]?.quantity ?? 0;
      draft.row([...columns.map((column): Term => [column, 1]), [act, -most]], 0, false);
    }
  }

  /** What claims take from a base: the terms of `list - taken`, and the list amount. */
  private taken(live: LiveCampaign, base: 'list' | 'after-item-discounts' | 'units'): { terms: Term[]; most: number } {
    const { part } = this;
    const own = new Set(live.lines);
    const terms: Term[] = [];
    const bundles = new Set<LiveCampaign>();
    for (const { claim, column } of this.claims) {
      const line = part.lines[claim.line];
      if (!own.has(claim.line) || !line) continue;
      const unit = base === 'units' ? 1 : line.unitFen;
      if (!agrees(live, claim)) terms.push([column, unit]);
      else if (base === 'after-item-discounts') {
        const [first] = claim.live;
        const campaign = first?.compiled.campaign;
        if (first && campaign?.kind === 'bundle' && campaign.price.by !== 'percent') {
          bundles.add(first);
          if (campaign.price.by === 'fixed-price') terms.push([column, line.unitFen]);
        } else {
          terms.push([column, claim.saveFen]);
        }
      }
    }
    for (const bundle of bundles) terms.push(...(this.groups.get(bundle)?.priceTerms ?? []));
    const lines = live.lines.map((index) => part.lines[index]);
    const most = lines.reduce((sum, line) => sum + ((base === 'units' ? line?.quantity : line?.listFen) ?? 0), 0);
    return { terms, most };
  }

  private addWide(live: LiveCampaign): number[] {
    const { campaign } = live.compiled;
    if (campaign.kind === 'gift') return this.addGift(live, campaign);
    return campaign.kind === 'spend-save' ? this.addSpendSave(live, campaign) : [];
  }

  private addGift(live: LiveCampaign, campaign: GiftCampaign): number[] {
    const { draft, part } = this;
    const worthFen = Math.max(...campaign.gifts.map((gift) => gift.valueFen * gift.quantity));
    const byUnits = campaign.units !== undefined;
    const { terms, most } = this.taken(live, byUnits ? 'units' : campaign.base);
    const times = Math.min(timesReached(campaign, { amountFen: most, units: most }), maxTimes(campaign));
    const column = draft.column(worthFen * part.rules.giftWorth, times, true, RANK.wide);
    draft.row([...terms, [column, campaign.units ?? campaign.spendFen ?? 0]], most, false);
    this.addWideSwitch(live, [[column, 1]], times);
    return [column];
  }

  private addSpendSave(live: LiveCampaign, campaign: SpendSaveCampaign): number[] {
    const { draft } = this;
    const byUnits = campaign.tiers.some((tier) => tier.units !== undefined);
    const reach = this.taken(live, byUnits ? 'units' : campaign.base);
    const columns: { column: number; tier: SpendSaveTier; times: number }[] = [];
    const all = { amountFen: reach.most, units: reach.most };
    for (const tier of campaign.tiers) {
      const covered = tier.saveFen === undefined ? 1 : Math.floor(live.budgetFen / tier.saveFen);
      const times = Math.min(timesReached(tier, all), maxTimes(campaign), covered);
      if (times === 0) continue;
      columns.push({ column: draft.column(tier.saveFen ?? 0, times, true, RANK.wide), tier, times });
    }
    const thresholds = columns.map(({ column, tier }): Term => [column, tier.units ?? tier.spendFen ?? 0]);
    draft.row([...reach.terms, ...thresholds], reach.most, false);
    for (const { column, tier } of columns) {
      if (tier.percentOffBp !== undefined) this.addShare(live, campaign.base, column, tier);
    }
    const single = columns.length === 1;
    const uses = columns.map(({ column, times }): Term => {
      if (times === 1) return [column, 1];
      if (single && !this.switched.has(live)) return [column, 0];
      const used = draft.column(0, 1, true, RANK.act);
      draft.row(
        [
          [column, 1],
          [used, -times],
        ],
        0,
        false,
      );
      return [used, 1];
    });
    if (!single) draft.row(uses, 1, false);
    this.addWideSwitch(live, uses, 1);
    return columns.map(({ column }) => column);
  }

  /** A share of the base: a column for its fen, at most share x base + 0.5, which for whole fen is half-up, and 0 unless the tier is reached. */
  private addShare(
    live: LiveCampaign,
    base: 'list' | 'after-item-discounts',
    tierColumn: number,
    tier: SpendSaveTier,
  ): void {
    const { draft } = this;
    const bp = tier.percentOffBp ?? 0;
    const { terms, most } = this.taken(live, base);
    const mostFen = Math.min(percentOfFen(most, bp), tier.maxSaveFen ?? Number.POSITIVE_INFINITY, live.budgetFen);
    const fen = draft.column(1, mostFen, true, RANK.claim);
    draft.row(
      [
        [fen, 1],
        [tierColumn, -mostFen],
      ],
      0,
      false,
    );
    const taken = terms.map(([column, coef]): Term => [column, coef * bp]);
    draft.row([...taken, [fen, 10_000], [tierColumn, -5_000]], most * bp, false);
  }

  private addWideSwitch(live: LiveCampaign, uses: readonly Term[], times: number): void {
    if (!this.switched.has(live)) return;
    const { draft, part } = this;
    const cost = live.couponId === undefined ? 0 : part.rules.couponCost;
    if (cost === 0 && times === 1) {
      this.activity.set(live, [...uses]);
      return;
    }
    const act = draft.column(-cost, 1, true, RANK.act);
    draft.row([...uses, [act, -times]], 0, false);
    this.activity.set(live, [[act, 1]]);
  }
}

/** The plan that a point of the model stands for. */
export function planOf(model: Model, point: Float64Array): Plan {
  const takes: Take[] = [];
  for (const { claim, column } of model.claimColumns) {
    const units = point[column] as number;
    if (units > 0) takes.push({ claim, units });
  }
  // A group that saves nothing takes nothing: its units count for the campaigns above.
  const gives = new Set([
    ...takes.flatMap(({ claim }) => (claim.saveFen > 0 ? claim.live : [])),
    ...savingBundles(model, takes),
  ]);
  const wide = model.wideColumns.filter(({ columns }) => columns.some((column) => (point[column] as number) > 0.5));
  return {
    takes: takes.filter(({ claim }) => claim.live.every((live) => gives.has(live))),
    wide: wide.map(({ live }) => live),
  };
}

/** Bundles with a price or an amount whose units cost more by the piece. */
function savingBundles({ unitFen }: Model, takes: readonly Take[]): LiveCampaign[] {
  const saved = new Map<LiveCampaign, number>();
  for (const { claim, units } of takes) {
    const [live] = claim.live;
    const campaign = live?.compiled.campaign;
    if (!live || campaign?.kind !== 'bundle' || campaign.price.by === 'percent') continue;
    const { price, slots } = campaign;
    const bundles = claim.role === 0 ? units / (slots[0]?.quantity ?? 1) : 0;
    // What a bundle costs is counted once, with its first slot.
    const costFen = price.by === 'fixed-price' ? bundles * price.bundlePriceFen : 0;
    saved.set(live, (saved.get(live) ?? 0) + units * (unitFen[claim.line] ?? 0) - costFen);
  }
  return [...saved].flatMap(([live, fen]) => (fen > 0 ? [live] : []));
}
