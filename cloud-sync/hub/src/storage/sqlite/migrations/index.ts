import { registryAndEvents } from './001-registry-and-events.ts';
import { desiredState } from './002-desired-state.ts';
import { readModels } from './003-read-models.ts';
import { returnClaims } from './004-return-claims.ts';
import { streams } from './005-streams.ts';
import { erasures } from './006-erasures.ts';
import { told } from './007-told.ts';
import { partners } from './008-partners.ts';
import { members } from './009-members.ts';
import { webhooks } from './010-webhooks.ts';
import { memberPacks } from './011-member-packs.ts';
import { segments } from './012-segments.ts';
import { duplicates } from './013-duplicates.ts';
import { webhookAnswers } from './014-webhook-answers.ts';
import { memberSales } from './015-member-sales.ts';
import { phoneSessions } from './016-phone-sessions.ts';
import { modelNotes } from './017-model-notes.ts';
import { tastes } from './018-tastes.ts';
import { takes } from './019-takes.ts';
import { content } from './020-content.ts';
import type { Migration } from './migration.ts';

export const MIGRATIONS: readonly Migration[] = [
  registryAndEvents,
  desiredState,
  readModels,
  returnClaims,
  streams,
  erasures,
  told,
  partners,
  members,
  webhooks,
  memberPacks,
  segments,
  duplicates,
  webhookAnswers,
  memberSales,
  phoneSessions,
  modelNotes,
  tastes,
  takes,
  content,
];
