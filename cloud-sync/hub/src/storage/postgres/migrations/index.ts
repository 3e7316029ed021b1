import { first } from './001-first.ts';
import { told } from './002-told.ts';
import { partners } from './003-partners.ts';
import { webhooks } from './004-webhooks.ts';
import { memberPacks } from './005-member-packs.ts';
import { segments } from './006-segments.ts';
import { members } from './007-members.ts';
import { webhookTriggers } from './008-webhook-triggers.ts';
import { duplicates } from './009-duplicates.ts';
import { webhookAnswers } from './010-webhook-answers.ts';
import { memberSales } from './011-member-sales.ts';
import { phoneSessions } from './012-phone-sessions.ts';
import { modelNotes } from './013-model-notes.ts';
import { tastes } from './014-tastes.ts';
import { takes } from './015-takes.ts';
import { content } from './016-content.ts';
import type { Migration } from './migration.ts';

export const MIGRATIONS: readonly Migration[] = [
  first,
  told,
  partners,
  webhooks,
  memberPacks,
  segments,
  members,
  webhookTriggers,
  duplicates,
  webhookAnswers,
  memberSales,
  phoneSessions,
  modelNotes,
  tastes,
  takes,
  content,
];
