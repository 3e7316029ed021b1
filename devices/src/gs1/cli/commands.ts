import { readFileSync } from 'node:fs';
import { inStorePresets } from '@tillside/firmware-configs';
import { buildDigitalLink, checkStem } from '../digital-link/index.ts';
import { FNC1 } from '../element-string.ts';
import { type InStoreRule, InStoreRules } from '../in-store/index.ts';
import { parseScan, type ScanMeaning } from '../scan.ts';
import type { Gs1Refusal } from '../types.ts';
import { moved, rawOf, readBracketedLine, readElementLine, unescapeLine } from './input.ts';

/** What is written of one line. */
export type Written = Readonly<Record<string, unknown>>;
export type LineCommand = (line: string) => Written;

/** One line in, one scan out. Throws UsageError for rules that cannot be used. */
export function parseCommand(rcn: readonly string[], rcnFiles: readonly string[]): LineCommand {
  const inStore = rulesOf(rcn, rcnFiles);
  return (line) => {
    const bracketed = readBracketedLine(line);
    if (bracketed && !bracketed.ok) return writeRefusal(bracketed);
    const { raw, place } = bracketed
      ? { raw: rawOf(line, bracketed.value.elements), place: (index: number) => index }
      : unescapeLine(line);
    const scan = parseScan(raw, { inStore });
    return scan.ok ? writeScan(scan) : writeRefusal(moved(scan, (at) => place(at + (scan.aim?.length ?? 0))));
  };
}

/** One line of elements in, one link out. Throws UsageError for a domain that cannot be one. */
export function linkCommand(domain: string | undefined): LineCommand {
  const wrong = domain === undefined ? undefined : checkStem(domain);
  if (wrong) throw new UsageError('--domain', `${wrong.problem.message} ${wrong.problem.hint}`);
  return (line) => {
    const read = readElementLine(line);
    if (!read.ok) return writeRefusal(read);
    const { elements, places } = read.value;
    const link = buildDigitalLink(elements, domain);
    return link.ok ? { ok: true, uri: link.value } : writeRefusal(moved(link, (index) => places[index] ?? 0));
  };
}

/** A value of the command line that cannot be used; `option` names it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly option: string;

  constructor(option: string, message: string) {
    super(message);
    this.option = option;
  }
}

/**
 * The sets in the order of the command line, own ones last. Countries share the leading digits, so that sets overlap: the first that fits
 * reads a code. Within a set no two rules may fit.
 */
function rulesOf(rcn: readonly string[], files: readonly string[]): InStoreRule[] {
  const names = rcn.flatMap((value) => value.split(','));
  return [
    ...names.flatMap((name) => setOf('--rcn', presetName(name))),
    ...files.flatMap((file) => setOf('--rcn-file', readJson(file))),
  ];
}

function setOf(option: string, given: unknown): InStoreRule[] {
  const rules = InStoreRules.safeParse(given);
  if (rules.success) return rules.data;
  throw new UsageError(option, rules.error.issues.map(({ message }) => message).join(' '));
}

/** Names of presets in any case. */
function presetName(given: string): string {
  const name = given.trim();
  return [...inStorePresets().keys()].find((known) => known.toLowerCase() === name.toLowerCase()) ?? name;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError('--rcn-file', error instanceof Error ? error.message : String(error));
  }
}

function writeScan(scan: Extract<ScanMeaning, { ok: true }>): Written {
  const { kind, symbology, gtin, ais = [], aim, data, inStore, ownPrefix, link } = scan;
  // The FNC1 that says "these are elements" is no part of them.
  const text = kind === 'gs1' && data.startsWith(FNC1) ? data.slice(1) : data;
  return { ok: true, kind, symbology, gtin, ais, aim, data: text, inStore, ownPrefix, link };
}

export function writeRefusal({ problem }: Gs1Refusal | Extract<ScanMeaning, { ok: false }>): Written {
  const { code, message, hint, position } = problem;
  return { ok: false, code, message, hint, position };
}
