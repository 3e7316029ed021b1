import { readFile } from 'node:fs/promises';
import type { ApplyOutcome } from '@tillside/link';
import { AgentError } from '../errors.ts';
import type { Journal } from '../journal/index.ts';
import { type Clock, instantOf } from '../ports.ts';
import { type DevicePlan, type OwnOptions, readDevicePlan } from './device-plan.ts';
import { type Artifact, contentInForce, type Refusal, recordApplied, recordRefused, versionInForce } from './record.ts';

/** What runs devices, as far as a change of their configuration goes. */
export interface DeviceRig {
  /** Restarts the hosts whose devices differ, and no other. */
  reconfigure(plan: DevicePlan): Promise<void>;
  states(): readonly { readonly deviceId: string; readonly state: string }[];
}

interface DesiredDevicesOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly rig: DeviceRig;
  /** What the store's own config file says: in force until HQ says something, or for ever where `devicesFrom` is `file`. */
  readonly own: DevicePlan & { devicesFrom: 'hq' | 'file'; deviceOptions: OwnOptions; deviceTrialSeconds: number };
}

interface Trial {
  version: number;
  sha256: string;
  content: string;
  by_delta: number;
  expected: string;
  until_ms: number;
}

/** The devices to start with: HQ's on trial, HQ's in force, else those of the config file. */
export function devicesToRun(journal: Journal, own: DesiredDevicesOptions['own']): DevicePlan {
  if (own.devicesFrom === 'file') return own;
  return planOf(trialOf(journal)?.content ?? contentInForce(journal, 'devices'), own);
}

/** What this agent can't run any more (it was set back to an older version) leaves the config file. */
function planOf(content: string | undefined, own: DesiredDevicesOptions['own']): DevicePlan {
  const read = content === undefined ? undefined : readDevicePlan(content, own.deviceOptions);
  return read?.ok === true ? read.plan : own;
}

const trialOf = (journal: Journal): Trial | undefined => journal.get<Trial>('SELECT * FROM device_trial');

/**
 * HQ's device configuration. It is checked as a whole, then on trial: every device that was online before, and that it still has, must be online again within the time that the
 * config allows. Then HQ is told that it is in force; else the one before is back, HQ is told which devices stayed away, and the same is not tried again.
 */
export class DesiredDevices {
  #options: DesiredDevicesOptions;
  #changing = false;

  constructor(options: DesiredDevicesOptions) {
    this.#options = options;
  }

  /** One on trial counts as in force: there is nothing newer to fetch. */
  currentVersion(): number {
    const { journal } = this.#options;
    return trialOf(journal)?.version ?? versionInForce(journal, 'devices');
  }

  /** A trial that an agent's end cut short begins again: nobody watched the devices meanwhile. */
  resume(): void {
    const { journal } = this.#options;
    journal.write((tx) => tx.run('UPDATE device_trial SET until_ms = ?', this.#until()));
  }

  async apply(artifact: Artifact): Promise<ApplyOutcome> {
    const { journal, rig, own } = this.#options;
    if (own.devicesFrom === 'file') return refusal(new AgentError('DEVICES_OF_FILE'));
    const known = journal.get<Refusal>(
      `SELECT code, message FROM desired_refused WHERE kind = 'devices' AND version = ? AND sha256 = ?`,
      artifact.version,
      artifact.sha256,
    );
    if (known !== undefined) return { outcome: 'refused', ...known };
    const content = await readFile(artifact.file, 'utf8');
    const read = readDevicePlan(content, own.deviceOptions);
    if (!read.ok) return refusal(new AgentError('DEVICES_REFUSED', { detail: `(${read.message})`.slice(0, 300) }));
    const { plan } = read;
    const kept = new Set(plan.devices.map(({ id }) => id));
    const before = trialOf(journal)?.expected;
    const online = before === undefined ? onlineOf(rig) : (JSON.parse(before) as string[]);
    const expected = online.filter((id) => kept.has(id));
    journal.write((tx) =>
      tx.run(
        `INSERT INTO device_trial (one, version, sha256, content, by_delta, expected, until_ms) VALUES (1, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (one) DO UPDATE SET version = excluded.version, sha256 = excluded.sha256, content = excluded.content, by_delta = excluded.by_delta,
           expected = excluded.expected, until_ms = excluded.until_ms`,
        artifact.version,
        artifact.sha256,
        content,
        Number(artifact.byDelta),
        JSON.stringify(expected),
        this.#until(),
      ),
    );
    await this.#change(plan);
    return { outcome: 'applied' };
  }

  /** Looks whether the devices are back; call it every second. */
  tick(): void {
    const { journal, rig, clock } = this.#options;
    const trial = trialOf(journal);
    // Until its hosts were restarted, devices are online as they were before.
    if (trial === undefined || this.#changing) return;
    const online = new Set(onlineOf(rig));
    const away = (JSON.parse(trial.expected) as string[]).filter((id) => !online.has(id));
    if (away.length === 0) this.#passed(trial);
    else if (clock.now() >= trial.until_ms) this.#failed(trial, away);
  }

  /** On trial: which version, and until when. */
  trial(): { version: number; until: string } | undefined {
    const trial = trialOf(this.#options.journal);
    return trial && { version: trial.version, until: instantOf(trial.until_ms) };
  }

  #until(): number {
    return this.#options.clock.now() + this.#options.own.deviceTrialSeconds * 1_000;
  }

  #passed(trial: Trial): void {
    const { journal, clock } = this.#options;
    journal.write((tx) => {
      recordApplied(tx, 'devices', saidOf(trial), { content: trial.content, at: instantOf(clock.now()) });
      tx.run('DELETE FROM device_trial');
    });
  }

  #failed(trial: Trial, away: readonly string[]): void {
    const { journal, clock, own } = this.#options;
    const error = new AgentError('DEVICES_ROLLED_BACK', { detail: `(${away.join(', ')})`.slice(0, 300) });
    const { code } = error;
    const { message } = error.words('en');
    journal.write((tx) => {
      recordRefused(tx, 'devices', saidOf(trial), { code, message, at: instantOf(clock.now()) });
      tx.run(
        `INSERT INTO desired_refused (kind, version, sha256, code, message) VALUES ('devices', ?, ?, ?, ?)
         ON CONFLICT (kind) DO UPDATE SET version = excluded.version, sha256 = excluded.sha256, code = excluded.code, message = excluded.message`,
        trial.version,
        trial.sha256,
        code,
        message,
      );
      tx.run('DELETE FROM device_trial');
    });
    void this.#change(planOf(contentInForce(journal, 'devices'), own));
  }

  async #change(plan: DevicePlan): Promise<void> {
    this.#changing = true;
    try {
      await this.#options.rig.reconfigure(plan);
    } finally {
      this.#changing = false;
    }
  }
}

const onlineOf = (rig: DeviceRig): string[] =>
  rig.states().flatMap(({ deviceId, state }) => (state === 'online' ? [deviceId] : []));
const saidOf = ({ version, sha256, by_delta }: Trial) => ({ version, sha256, byDelta: by_delta === 1 });
const refusal = (error: AgentError): ApplyOutcome => ({
  outcome: 'refused',
  code: error.code,
  message: error.words('en').message,
});
