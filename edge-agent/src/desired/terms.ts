import { readFile } from 'node:fs/promises';
import type { ApplyOutcome } from '@tillside/link';
import { firstIssue, MemberTerms } from '@tillside/protocol';
import { AgentError } from '../errors.ts';
import type { Journal } from '../journal/index.ts';
import { keepRules } from '../points/rules.ts';
import { type Clock, instantOf } from '../ports.ts';
import { type Artifact, recordApplied } from './record.ts';

/** HQ's terms of membership, checked as a whole and put in force in one transaction: no sale sees rules of one version and texts of another. What is refused leaves those before. */
export async function applyTerms(journal: Journal, clock: Clock, artifact: Artifact): Promise<ApplyOutcome> {
  const content = await readFile(artifact.file, 'utf8');
  const read = readTerms(content);
  if (typeof read === 'string') {
    const error = new AgentError('TERMS_REFUSED', { detail: `(${read})`.slice(0, 300) });
    return { outcome: 'refused', code: error.code, message: error.words('en').message };
  }
  journal.write((tx) => {
    keepRules(tx, read.points);
    recordApplied(tx, 'terms', artifact, { content, at: instantOf(clock.now()) });
  });
  return { outcome: 'applied' };
}

/** The terms, or what is wrong with them. */
export function readTerms(content: string): MemberTerms | string {
  try {
    const read = MemberTerms.safeParse(JSON.parse(content));
    return read.success ? read.data : firstIssue(read.error);
  } catch {
    return 'not JSON';
  }
}
