import { readFile } from 'node:fs/promises';
import { parseCampaignSet } from '@tillside/decide';
import type { ApplyOutcome, DesiredPort } from '@tillside/link';
import type { DesiredKind } from '@tillside/protocol';
import type { Journal } from '../journal/index.ts';
import type { MemberPack } from '../members/pack.ts';
import { type Clock, instantOf } from '../ports.ts';
import type { CampaignBook } from '../prices/campaigns.ts';
import type { ItemImports } from '../prices/import/item-imports.ts';
import type { DesiredContent } from './content.ts';
import type { DesiredDevices } from './devices.ts';
import { applyItems } from './items.ts';
import type { DesiredModel } from './model.ts';
import { type Artifact, recordApplied, recordRefused, versionInForce } from './record.ts';
import { applyTerms } from './terms.ts';

interface DesiredOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly book: CampaignBook;
  readonly model: DesiredModel;
  readonly imports: ItemImports;
  readonly devices: DesiredDevices;
  readonly pack: MemberPack;
  readonly content: DesiredContent;
}

/** Puts HQ's verified state in force and reports what is: applied, or refused with a reason while what ran before goes on. */
export class Desired implements DesiredPort {
  readonly store: string;
  #options: DesiredOptions;

  constructor(options: DesiredOptions) {
    this.store = options.journal.store;
    this.#options = options;
  }

  currentVersion(kind: DesiredKind): number {
    const { journal, devices, model, pack, content } = this.#options;
    if (kind === 'content') return content.currentVersion();
    if (kind === 'devices') return devices.currentVersion();
    if (kind === 'model') return model.currentVersion();
    return kind === 'members' ? pack.version : versionInForce(journal, kind);
  }

  /** Brings back what was in force before a restart. A model file that is gone or no longer fits is reported, and the fallback answers. */
  async restore(): Promise<ApplyOutcome> {
    const { book, model, pack, content } = this.#options;
    book.reload();
    await content.restore();
    await pack.restore();
    return model.restore();
  }

  async apply(kind: DesiredKind, artifact: Artifact): Promise<ApplyOutcome> {
    const { journal, clock } = this.#options;
    const outcome = await this.#apply(kind, artifact);
    if (outcome.outcome === 'refused') {
      const { code, message } = outcome;
      journal.write((tx) => recordRefused(tx, kind, artifact, { code, message, at: instantOf(clock.now()) }));
    }
    // Who handed it over goes on from here, and forgets older files.
    await journal.durable();
    return outcome;
  }

  #apply(kind: DesiredKind, artifact: Artifact): Promise<ApplyOutcome> {
    const { journal, imports, clock, devices, model, pack, content } = this.#options;
    switch (kind) {
      case 'campaigns':
        return this.#applyCampaigns(artifact);
      case 'items':
        return applyItems(imports, clock, artifact);
      case 'model':
        return model.apply(artifact);
      case 'devices':
        return devices.apply(artifact);
      case 'members':
        return pack.apply(artifact);
      case 'terms':
        return applyTerms(journal, clock, artifact);
      case 'content':
        return content.apply(artifact);
    }
  }

  async #applyCampaigns(artifact: Artifact): Promise<ApplyOutcome> {
    const text = await readFile(artifact.file, 'utf8');
    let json: unknown;
    try {
      json = JSON.parse(text);
    } catch {
      return { outcome: 'refused', code: 'CAMPAIGNS_NOT_JSON', message: 'The campaign set is not JSON.' };
    }
    const parsed = parseCampaignSet(json);
    if (!parsed.ok) {
      const first = parsed.errors[0];
      return {
        outcome: 'refused',
        code: first?.code ?? 'CAMPAIGNS_REFUSED',
        message: first === undefined ? '' : `${first.path}: ${first.message}`,
      };
    }
    this.#store('campaigns', artifact, JSON.stringify(parsed.value));
    this.#options.book.reload();
    return { outcome: 'applied' };
  }

  #store(kind: DesiredKind, artifact: Artifact, content: string): void {
    const { journal, clock } = this.#options;
    journal.write((tx) => recordApplied(tx, kind, artifact, { content, at: instantOf(clock.now()) }));
  }
}
