import type { EventReader } from '@tillside/hub/storage';
import { compact } from './compact.ts';
import { type ExportDirectory, openDirectory } from './directory.ts';
import { type ExportErrorCode, exportFault } from './errors.ts';
import { COMMIT_BYTES, COMMIT_EVENTS } from './limits.ts';
import { commit, type Manifest, type Step, type StreamEntry } from './manifest.ts';
import { withFiles, withSchemas } from './next.ts';
import { allPositions, type Walked, walkStream } from './source.ts';
import { createStage, type Stage } from './stage.ts';

export interface Progress {
  readonly step: 'read' | 'write' | 'compact';
  readonly events: number;
  readonly streams: number;
}

export interface ExportOptions {
  readonly dir: string;
  readonly events: EventReader;
  /** Of a new export; must be left out or the same for one that is there. */
  readonly buckets?: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onProgress?: (progress: Progress) => void;
  /** Events between two commits. */
  readonly commitEvents?: number;
  readonly signal?: AbortSignal | undefined;
  /** Called between the steps of a commit; a test that throws here stops as a crash would. */
  readonly step?: Step;
}

export interface HeldStream {
  readonly store: string;
  readonly epoch: string;
  readonly stream: string;
  readonly code: ExportErrorCode;
}

export interface ExportSummary {
  /** Events that this run put into files. */
  readonly events: number;
  readonly streams: number;
  /** Events whose body cannot be read yet, in all. */
  readonly waiting: number;
  readonly held: readonly HeldStream[];
  readonly merged: { readonly partitions: number; readonly files: number };
  readonly version: number;
  readonly files: number;
  readonly rows: number;
  readonly bytes: number;
}

const keyOf = ({ store, epoch, stream }: { store: string; epoch: string; stream: string }): string =>
  `${store}/${epoch}/${stream}`;

/**
 * Exports what the hub holds and the directory lacks, then merges small files. Whatever stops it, the directory holds what was committed, exactly, once the next run
 * (or check) has begun.
 *
 * @throws ExportError; what was committed before stands
 */
export async function runExport(options: ExportOptions): Promise<ExportSummary> {
  const { dir, now, buckets } = options;
  const opened = await openDirectory(dir, instant(now()), buckets);
  try {
    return await exportInto(opened, options);
  } catch (error) {
    throw exportFault(error, dir);
  } finally {
    await opened.close();
  }
}

const instant = (ms: number): string => new Date(ms).toISOString();

async function exportInto({ dir, duck, manifest }: ExportDirectory, options: ExportOptions): Promise<ExportSummary> {
  const { events, now, onProgress = () => undefined, commitEvents = COMMIT_EVENTS, signal, step } = options;
  const writer: Writer = {
    dir,
    now,
    step,
    manifest: withSchemas(manifest),
    streams: new Map(manifest.streams.map((entry) => [keyOf(entry), entry])),
    stage: createStage(dir, duck, manifest.buckets),
    dirty: false,
  };
  const held: HeldStream[] = [];
  let [count, streams] = [0, 0];
  for await (const position of allPositions(events)) {
    streams += 1;
    const key = keyOf(position);
    for await (const walked of walkStream(events, position, writer.streams.get(key))) {
      if ('held' in walked) held.push({ ...pick(position), code: walked.held });
      else count += take(writer, key, walked);
      if (writer.stage.events >= commitEvents || writer.stage.bytes >= COMMIT_BYTES) {
        onProgress({ step: 'write', events: count, streams });
        await commitStage(writer);
      }
      if (signal?.aborted === true) break;
    }
    onProgress({ step: 'read', events: count, streams });
    if (signal?.aborted === true) break;
  }
  onProgress({ step: 'write', events: count, streams });
  await commitStage(writer);
  onProgress({ step: 'compact', events: count, streams });
  const merged = await compact({ dir, duck, manifest: writer.manifest, now, step, signal });
  return summaryOf(merged.manifest, { events: count, streams, held, merged });
}

const pick = ({
  store,
  epoch,
  stream,
}: HeldStream | StreamEntry | { store: string; epoch: string; stream: string }) => ({
  store,
  epoch,
  stream,
});

interface Writer {
  readonly dir: string;
  readonly now: () => number;
  readonly step: Step | undefined;
  readonly stage: Stage;
  readonly streams: Map<string, StreamEntry>;
  manifest: Manifest;
  dirty: boolean;
}

function take(writer: Writer, key: string, { found, entry }: Walked): number {
  writer.streams.set(key, entry);
  writer.dirty = true;
  if (found === null) return 0;
  writer.stage.add(found.envelope, found.event);
  return 1;
}

async function commitStage(writer: Writer): Promise<void> {
  if (!writer.dirty) return;
  const version = writer.manifest.version + 1;
  const writtenAt = instant(writer.now());
  const staged = await writer.stage.write(version, writtenAt);
  writer.manifest = withFiles({ ...writer.manifest, streams: [...writer.streams.values()] }, staged, [], writtenAt);
  await commit(writer.dir, writer.manifest, writer.step);
  writer.dirty = false;
}

function summaryOf(
  { version, files, streams: entries }: Manifest,
  { events, streams, held, merged }: Pick<ExportSummary, 'events' | 'streams' | 'held' | 'merged'>,
): ExportSummary {
  const sum = (pickOne: (file: (typeof files)[number]) => number) =>
    files.reduce((all, file) => all + pickOne(file), 0);
  const waiting = entries.reduce(
    (all, { waiting: ranges }) => all + ranges.reduce((n, [from, to]) => n + to - from + 1, 0),
    0,
  );
  return {
    events,
    streams,
    waiting,
    held,
    merged: { partitions: merged.partitions, files: merged.files },
    version,
    files: files.length,
    rows: sum(({ rows }) => rows),
    bytes: sum(({ bytes }) => bytes),
  };
}
