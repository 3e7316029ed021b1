import { first } from './001-first.ts';
import { told } from './002-told.ts';
import { partners } from './003-partners.ts';
import type { Migration } from './migration.ts';

export const MIGRATIONS: readonly Migration[] = [first, told, partners];
