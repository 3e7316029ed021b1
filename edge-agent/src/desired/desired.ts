import { readFile } from 'node:fs/promises';
import { parseCampaignSet } from '@tillside/decide';
import type { InferenceProcess } from '@tillside/inference';
import type { ApplyOutcome, DesiredPort } from '@tillside/link';
import type { DesiredKind } from '@tillside/protocol';
import type { Journal } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import type { CampaignBook } from '../prices/campaigns.ts';

interface Artifact {
  version: number;
  sha256: string;
  file: string;
}

/** Puts HQ's verified state in force and reports what is: applied, or refused with a reason while what ran before goes on. */
export class Desired implements DesiredPort {
  readonly store: string;
  #journal: Journal;
  #clock: Clock;
  #book: CampaignBook;
  #inference: InferenceProcess;

  constructor(options: { journal: Journal; clock: Clock; book: CampaignBook; inference: InferenceProcess }) {
    this.store = options.journal.store;
    this.#journal = options.journal;
    this.#clock = options.clock;
    this.#book = options.book;
    this.#inference = options.inference;
  }

  currentVersion(kind: DesiredKind): number {
    return this.#journal.get<{ version: number }>('SELECT version FROM desired WHERE kind = ?', kind)?.version ?? 0;
  }

  /** Brings back what was in force before a restart. A model file that is gone or no longer fits is reported, and the fallback answers. */
  async restore(): Promise<ApplyOutcome> {
    this.#book.reload();
    const model = this.#journal.get<{ content: string }>(`SELECT content FROM desired WHERE kind = 'model'`);
    if (model === undefined) return { outcome: 'applied' };
    const loaded = await this.#inference.load(model.content);
    return loaded.ok ? { outcome: 'applied' } : { outcome: 'refused', code: loaded.code, message: loaded.message };
  }

  async apply(kind: DesiredKind, artifact: Artifact): Promise<ApplyOutcome> {
    const outcome = kind === 'campaigns' ? await this.#applyCampaigns(artifact) : await this.#applyModel(artifact);
    if (outcome.outcome === 'refused') {
      this.#journal.write((tx) =>
        tx.append('tillside.desired.applied.v2', {
          ...this.#report(kind, artifact),
          outcome: 'refused',
          code: outcome.code,
          message: outcome.message.slice(0, 500),
        }),
      );
    }
    // Who handed it over goes on from here, and forgets older files.
    await this.#journal.durable();
    return outcome;
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
    this.#book.reload();
    return { outcome: 'applied' };
  }

  async #applyModel(artifact: Artifact): Promise<ApplyOutcome> {
    const loaded = await this.#inference.load(artifact.file);
    if (!loaded.ok) return { outcome: 'refused', code: loaded.code, message: loaded.message };
    this.#store('model', artifact, artifact.file);
    return { outcome: 'applied' };
  }

  #store(kind: DesiredKind, artifact: Artifact, content: string): void {
    const report = this.#report(kind, artifact);
    this.#journal.write((tx) => {
      tx.run(
        `INSERT INTO desired (kind, version, sha256, content, applied_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (kind) DO UPDATE SET version = excluded.version, sha256 = excluded.sha256, content = excluded.content, applied_at = excluded.applied_at`,
        kind,
        artifact.version,
        artifact.sha256,
        content,
        report.at,
      );
      tx.append('tillside.desired.applied.v2', { ...report, outcome: 'applied' });
    });
  }

  #report(kind: DesiredKind, artifact: Artifact) {
    return {
      kind,
      version: artifact.version,
      sha256: artifact.sha256,
      byDelta: false,
      at: instantOf(this.#clock.now()),
    };
  }
}
