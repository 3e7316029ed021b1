import type { Locale, StatusView } from '@tillside/agent-contract';
import type { InferenceProcess } from '@tillside/inference';
import { type Link, type Problem, problem, problemWords } from '@tillside/link';
import { DESIRED_KINDS } from '@tillside/protocol';
import type { z } from 'zod';
import type { AgentConfig } from './config.ts';
import type { DesiredDevices } from './desired/devices.ts';
import type { Intake } from './intake/intake.ts';
import type { Journal, Outbox } from './journal/index.ts';
import { strangersOf } from './members/news.ts';
import type { MemberPack } from './members/pack.ts';
import type { CampaignBook } from './prices/campaigns.ts';
import type { Items } from './prices/item.ts';
import { AGENT_VERSION } from './version.ts';

type View = z.infer<typeof StatusView>;

export interface StatusParts {
  readonly config: AgentConfig;
  readonly startedAt: string;
  readonly items: Items;
  readonly book: CampaignBook;
  readonly outbox: Outbox;
  readonly inference: InferenceProcess;
  readonly link: Link | undefined;
  readonly intake: Intake;
  readonly deviceTrial: DesiredDevices['trial'];
  readonly pack: MemberPack;
  readonly journal: Journal;
}

/** What an agent says of itself: versions, sync, devices, and what is wrong in words. */
export function statusView(parts: StatusParts, conditions: View['conditions'], locale: Locale): View {
  const { config, startedAt, items, book, inference, intake } = parts;
  const { modelId: model, rollout } = inference.status();
  return {
    storeId: config.storeId,
    storeName: config.storeName,
    version: AGENT_VERSION,
    startedAt,
    priceVersion: items.priceVersion(),
    campaignSetVersion: book.version,
    ...(model === null ? {} : { modelId: model }),
    ...(rollout === undefined ? {} : { modelTrial: rollout }),
    sync: syncView(parts, locale),
    hq: hqView(parts),
    ...membersView(parts),
    devices: intake.status().map(({ lane, ...device }) => ({ ...device, ...(lane === undefined ? {} : { lane }) })),
    conditions,
  };
}

/** A device configuration whose devices are not back yet, and a model that has not passed its stages, are in force and may not stay so. */
function hqView({ link, deviceTrial, inference }: StatusParts): View['hq'] {
  const desired = link?.status().desired ?? {};
  return DESIRED_KINDS.flatMap((kind) => {
    const status = desired[kind];
    if (status === undefined) return [];
    const { version, state, code, message } = status;
    const isModelOnTrial = kind === 'model' && state === 'applied' && inference.status().rollout !== undefined;
    const onTrial = isModelOnTrial || (kind === 'devices' && deviceTrial()?.version === version);
    return [
      {
        kind,
        version,
        state: onTrial ? ('on-trial' as const) : state,
        ...(code === undefined ? {} : { code }),
        ...(message === undefined ? {} : { message }),
      },
    ];
  });
}

function membersView({ link, pack, journal }: StatusParts): Pick<View, 'members'> {
  if (link === undefined) return {};
  const heardAt = link.status().lastMembersAt;
  const { header } = pack;
  const ageSeconds = pack.ageSeconds();
  return {
    members: {
      ...(header === undefined || ageSeconds === undefined
        ? {}
        : {
            pack: {
              version: header.version,
              members: header.members,
              leftOut: header.leftOut,
              asOf: header.asOf,
              ageSeconds,
            },
          }),
      strangers: strangersOf(journal),
      ...(heardAt === undefined ? {} : { heardAt }),
    },
  };
}

function syncView({ link, outbox }: StatusParts, locale: Locale): View['sync'] {
  const sync = link?.status();
  const { appended, waiting, shed, aside } = outbox.counts();
  return {
    paired: sync?.paired ?? false,
    online: sync?.connected ?? false,
    events: appended,
    waiting,
    shed,
    aside,
    ...(sync?.lastAckAt === undefined ? {} : { lastAckAt: sync.lastAckAt }),
    ...(sync?.lastError === undefined ? {} : { condition: linkCondition(sync.lastError, locale) }),
  };
}

const linkCondition = (found: Problem, locale: Locale): View['conditions'][number] => ({
  code: found.code,
  ...problemWords(found, locale === 'en' ? 'en' : 'zh'),
});

/** A store that is cut off for longer than HQ's word is good goes on by what it has; that nothing new would be accepted is told besides why HQ is away. */
export function trustConditions(link: Link | undefined, nowMs: number, locale: Locale): View['conditions'] {
  const { trustedUntil, lastError } = link?.status() ?? {};
  if (trustedUntil === undefined || Date.parse(trustedUntil) > nowMs || lastError?.code === 'TUF_EXPIRED') return [];
  return [linkCondition(problem('TUF_EXPIRED', trustedUntil), locale)];
}
