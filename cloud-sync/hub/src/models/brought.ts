import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { AddedModel } from '@tillside/hub-contract';
import { z } from 'zod';
import type { HubConfig } from '../config.ts';
import { BusyFault, HubFault } from '../fault.ts';
import type { HubStorage } from '../storage/port.ts';
import { programPath, runProgram } from './child.ts';
import type { Models } from './models.ts';

/** A check that takes longer is ended: a store's own limits for loading and answering are well below it. */
const CHECK_TIMEOUT_MS = 3 * 60_000;
const RETRY_MS = 10_000;

const Words = z.object({ 'zh-CN': z.string(), en: z.string() });
/** Why the program gave up, as it prints it. */
const GaveUp = z.object({
  error: z.object({ code: z.string(), message: z.string(), words: z.object({ cause: Words, hint: Words }) }),
});
type GaveUp = z.infer<typeof GaveUp>['error'];
const Manifest = z.looseObject({ modelId: z.string().min(1) });

export interface BroughtModels {
  /**
   * Lets a pack be tried as a store tries it and registers it. One at a time. Throws HUB_MODEL_REFUSED with the code of what is wrong in `issues`, HUB_MODEL_EXISTS, HUB_BUSY;
   * nothing is registered then.
   *
   * @param receive writes the pack to the file that it is given
   */
  add(receive: (file: string) => Promise<void>): Promise<AddedModel>;
  /** Ends a check that is under way. */
  stop(): Promise<void>;
}

export interface BroughtPorts {
  readonly storage: Pick<HubStorage, 'desired'>;
  readonly models: Models;
  readonly workDir: string;
  readonly config: Pick<HubConfig, 'trainingEntry'>;
}

export function createBroughtModels({ storage, models, workDir, config }: BroughtPorts): BroughtModels {
  let underWay: Promise<unknown> | undefined;
  let child: ChildProcess | undefined;

  /** The manifest of a pack that a store would take; it is left in `dir`. */
  const tried = async (pack: string, dir: string): Promise<z.infer<typeof Manifest>> => {
    const path = await programPath('training', config.trainingEntry);
    let said: GaveUp | undefined;
    const code = await runProgram({
      path,
      args: ['--check', pack, '--out', dir],
      timeoutMs: CHECK_TIMEOUT_MS,
      onLine: (line) => {
        said = gaveUp(line) ?? said;
      },
      onStart: (started) => {
        child = started;
      },
    });
    if (said !== undefined) throw new HubFault('HUB_MODEL_REFUSED', said.code, [issueOf(said)]);
    if (code !== 0) throw new HubFault('HUB_TRAINING_FAILED', `the program ended with ${code}`);
    return Manifest.parse(JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')));
  };

  const add = async (receive: (file: string) => Promise<void>): Promise<AddedModel> => {
    await mkdir(workDir, { recursive: true, mode: 0o700 });
    const dir = await mkdtemp(join(workDir, 'brought-'));
    const pack = join(dir, 'brought.tillmodel');
    try {
      await receive(pack);
      const manifest = await tried(pack, dir);
      const sha256 = await hashOf(pack);
      const known = await storage.desired.model(manifest.modelId);
      if (known !== null && known.sha256 !== sha256) throw new HubFault('HUB_MODEL_EXISTS', manifest.modelId);
      // Where it came from is what was noted of it first: a pack of HQ's own that is added again stays one.
      if (known !== null) return { id: known.id, sha256, isNew: false };
      const id = await models.register(pack, manifest);
      const notes = { sales: 0, cause: 'brought', card: null, comparison: null, promotion: null } as const;
      await models.note(id, notes, null);
      return { id, sha256, isNew: true };
    } finally {
      child = undefined;
      await rm(dir, { recursive: true, force: true });
    }
  };

  return {
    add: async (receive) => {
      if (underWay !== undefined) throw new BusyFault(RETRY_MS);
      const done = add(receive);
      underWay = done;
      try {
        return await done;
      } finally {
        underWay = undefined;
      }
    },
    stop: async () => {
      child?.kill('SIGKILL');
      await underWay?.catch(() => undefined);
    },
  };
}

function gaveUp(line: string): GaveUp | undefined {
  try {
    return GaveUp.safeParse(JSON.parse(line)).data?.error;
  } catch {
    return undefined;
  }
}

/** `message` begins with the cause in English; what follows is of this pack. */
function issueOf({ code, message, words: { cause, hint } }: GaveUp) {
  const detail = message.replace(cause.en, '').trim();
  const said = (locale: 'zh-CN' | 'en') => [cause[locale], detail, hint[locale]].filter(Boolean).join(' ');
  return { path: 'model', code, message, text: { zh: said('zh-CN'), en: said('en') } };
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
