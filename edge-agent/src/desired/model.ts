import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type InferenceProcess,
  MODEL_ERRORS,
  ROLLOUT_LIMITS,
  type RolloutEvent,
  type RolloutLimits,
  type StageName,
} from '@tillside/inference';
import type { ApplyOutcome } from '@tillside/link';
import type { EventBody } from '@tillside/protocol';
import type { AgentConfig } from '../config.ts';
import type { Journal, Tx } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import { type Artifact, contentInForce, type Refusal, recordApplied, recordRefused, versionInForce } from './record.ts';

interface DesiredModelOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly dataDir: string;
  readonly inference: InferenceProcess;
  readonly log: { warn(data: object, message: string): void };
}

interface RolloutRow {
  version: number;
  sha256: string;
  by_delta: number;
  stage: StageName | 'in-service';
  share_percent: number;
  since_ms: number;
  previous_version: number | null;
  previous_sha256: string | null;
  previous_path: string | null;
}

/** What is in force until a model has passed, and comes back when it is rolled back. */
interface InForce {
  version: number;
  sha256: string;
  content: string;
}

const rolloutOf = (journal: Journal): RolloutRow | undefined => journal.get<RolloutRow>('SELECT * FROM model_rollout');
const isOnTrial = (row: RolloutRow | undefined): row is RolloutRow & { stage: StageName } =>
  row !== undefined && row.stage !== 'in-service';

/** The stages of a rollout as this store's config has them. */
export function rolloutLimits({ modelRollout }: Pick<AgentConfig, 'modelRollout'>): RolloutLimits {
  const { shadowQuestions, shareQuestions, watchQuestions, stageMaxHours } = modelRollout;
  const questions = { shadow: shadowQuestions, share: shareQuestions, watch: watchQuestions };
  const maxMs = stageMaxHours * 3_600_000;
  return {
    ...ROLLOUT_LIMITS,
    stages: ROLLOUT_LIMITS.stages.map((stage) => ({ ...stage, questions: questions[stage.name], maxMs })),
  };
}

/**
 * HQ's model. Verified, it is in force as far as HQ is concerned; it comes into service by stages, of which HQ hears, and which go on after a restart. One that the store had to
 * roll back is reported as refused, and the same is not tried again. The store keeps its own copies: of the model, and of the one before.
 */
export class DesiredModel {
  readonly #options: DesiredModelOptions;
  readonly #folder: string;

  constructor(options: DesiredModelOptions) {
    this.#options = options;
    this.#folder = join(options.dataDir, 'models');
  }

  /** 0 when its file is gone: then it has to be fetched again. */
  currentVersion(): number {
    const { journal } = this.#options;
    const path = contentInForce(journal, 'model');
    return path !== undefined && existsSync(path) ? versionInForce(journal, 'model') : 0;
  }

  /** Brings back what ran before a restart, on trial where it was. */
  async restore(): Promise<ApplyOutcome> {
    const { journal, inference, clock } = this.#options;
    const path = contentInForce(journal, 'model');
    if (path === undefined) return { outcome: 'applied' };
    const row = rolloutOf(journal);
    const previous = row?.previous_path ?? undefined;
    const result = isOnTrial(row)
      ? await inference.restore({
          serving: previous,
          rollout: {
            path,
            stage: row.stage,
            sharePercent: row.share_percent,
            ageMs: Math.max(0, clock.now() - row.since_ms),
          },
        })
      : await inference.restore({ serving: path, previous });
    return result.ok ? { outcome: 'applied' } : { outcome: 'refused', code: result.code, message: result.message };
  }

  async apply(artifact: Artifact): Promise<ApplyOutcome> {
    const { journal, inference, clock } = this.#options;
    const known = journal.get<Refusal>(
      `SELECT code, message FROM desired_refused WHERE kind = 'model' AND version = ? AND sha256 = ?`,
      artifact.version,
      artifact.sha256,
    );
    if (known !== undefined) return { outcome: 'refused', ...known };
    const before = journal.get<InForce>(`SELECT version, sha256, content FROM desired WHERE kind = 'model'`);
    // Handed over again after a crash: it is under way already.
    if (this.currentVersion() === artifact.version && before?.sha256 === artifact.sha256) return { outcome: 'applied' };
    const path = await this.#keep(artifact);
    const loaded = await inference.rollOut(path);
    if (!loaded.ok) {
      await this.#prune();
      return { outcome: 'refused', code: loaded.code, message: loaded.message };
    }
    const rollout = inference.status().rollout;
    const stage = rollout?.stage ?? 'in-service';
    const sharePercent = rollout?.sharePercent ?? 100;
    journal.write((tx) => {
      const at = instantOf(clock.now());
      const stands = this.#standsBehind(before);
      recordApplied(tx, 'model', artifact, { content: path, at });
      tx.run(
        `INSERT INTO model_rollout VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (one) DO UPDATE SET version = excluded.version,
           sha256 = excluded.sha256, by_delta = excluded.by_delta, stage = excluded.stage, share_percent = excluded.share_percent,
           since_ms = excluded.since_ms, previous_version = excluded.previous_version, previous_sha256 = excluded.previous_sha256,
           previous_path = excluded.previous_path`,
        artifact.version,
        artifact.sha256,
        Number(artifact.byDelta),
        stage,
        sharePercent,
        clock.now(),
        stands?.version ?? null,
        stands?.sha256 ?? null,
        stands?.content ?? null,
      );
      const counts = { questions: 0, failed: 0, late: 0, crashes: 0 };
      const { version } = artifact;
      tx.append('tillside.model.changed.v1', { version, modelId: loaded.modelId, stage, sharePercent, ...counts, at });
    });
    await this.#prune();
    return { outcome: 'applied' };
  }

  /** What inference tells of a rollout. Never throws: a disk that can't take the news must not fail the question that brought it about. */
  heard(event: RolloutEvent): void {
    const { journal, log } = this.#options;
    const row = rolloutOf(journal);
    if (row === undefined || contentInForce(journal, 'model') !== event.path) return;
    try {
      journal.write((tx) => this.#record(tx, row, event));
    } catch (error) {
      log.warn(
        { stage: event.stage, error: String(error) },
        'what became of a model could not be written; the stage is begun again after a restart',
      );
      return;
    }
    if (event.stage === 'rolled-back') void this.#prune();
  }

  #record(tx: Tx, row: RolloutRow, event: RolloutEvent): void {
    const at = instantOf(this.#options.clock.now());
    tx.append('tillside.model.changed.v1', changedBody(row.version, event, at));
    if (event.stage === 'superseded') return;
    if (event.stage !== 'rolled-back') {
      tx.run(
        'UPDATE model_rollout SET stage = ?, share_percent = ?, since_ms = ?',
        event.stage,
        event.sharePercent,
        this.#options.clock.now(),
      );
      return;
    }
    const code = event.code ?? 'MODEL_TRIAL_FAILED';
    const { questions, failed, late, crashes } = event;
    const message = `${MODEL_ERRORS[code].cause.en} (questions ${questions}, failed ${failed}, late ${late}, crashes ${crashes})`;
    const { version, sha256, by_delta } = row;
    recordRefused(tx, 'model', { version, sha256, byDelta: by_delta === 1 }, { code, message, at });
    tx.run(
      `INSERT INTO desired_refused (kind, version, sha256, code, message) VALUES ('model', ?, ?, ?, ?)
       ON CONFLICT (kind) DO UPDATE SET version = excluded.version, sha256 = excluded.sha256, code = excluded.code, message = excluded.message`,
      version,
      sha256,
      code,
      message,
    );
    if (row.previous_path === null) tx.run(`DELETE FROM desired WHERE kind = 'model'`);
    else {
      tx.run(
        `UPDATE desired SET version = ?, sha256 = ?, content = ?, applied_at = ? WHERE kind = 'model'`,
        row.previous_version,
        row.previous_sha256,
        row.previous_path,
        at,
      );
    }
    tx.run('DELETE FROM model_rollout');
  }

  /** Behind a new model stands what serves now: not one that was itself still beside it. */
  #standsBehind(before: InForce | undefined): InForce | undefined {
    const row = rolloutOf(this.#options.journal);
    if (!isOnTrial(row) || row.stage === 'watch') return before;
    const { previous_version: version, previous_sha256: sha256, previous_path: content } = row;
    return version === null || sha256 === null || content === null ? undefined : { version, sha256, content };
  }

  /** A copy of the store's own: the link forgets files that this store may still fall back on. */
  async #keep({ file, sha256 }: Artifact): Promise<string> {
    const path = join(this.#folder, `${sha256}.tillmodel`);
    await mkdir(this.#folder, { recursive: true });
    await rm(path, { force: true });
    // A second name where the disk can do that, else a second file.
    await link(file, path).catch(() => copyFile(file, path));
    const folder = await open(this.#folder);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    return path;
  }

  async #prune(): Promise<void> {
    const { journal, log } = this.#options;
    const kept = [contentInForce(journal, 'model'), rolloutOf(journal)?.previous_path];
    try {
      for (const name of await readdir(this.#folder)) {
        const path = join(this.#folder, name);
        if (!kept.includes(path)) await rm(path, { force: true });
      }
    } catch (error) {
      log.warn({ error: String(error) }, 'old models could not be deleted');
    }
  }
}

function changedBody(version: number, event: RolloutEvent, at: string): EventBody<'tillside.model.changed.v1'> {
  const { modelId, stage, sharePercent, questions, failed, late, crashes, overlap, code } = event;
  return {
    version,
    stage,
    sharePercent,
    questions,
    failed,
    late,
    crashes,
    at,
    ...(modelId === '' ? {} : { modelId }),
    ...(overlap === undefined ? {} : { overlapPercent: Math.round(overlap * 100) }),
    ...(code === undefined ? {} : { code }),
  };
}
