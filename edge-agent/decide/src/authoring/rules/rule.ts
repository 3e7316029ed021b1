import type { Authored, Work } from '../authored.ts';
import type { Finding } from '../finding.ts';

/** One look at a set. It stops where its work is spent, which the caller then says. */
export type Rule = (authored: Authored, work: Work) => Finding[];
