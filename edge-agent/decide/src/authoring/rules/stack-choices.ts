import { consent, isUnitKind } from '../../compile.ts';
import { DECIDE_LIMITS } from '../../limits.ts';
import { type Authored, type Entry, shareAnItem, type Work } from '../authored.ts';
import { type Finding, finding } from '../finding.ts';
import { togetherOf } from '../together.ts';

type Graph = ReadonlyMap<Entry, ReadonlySet<Entry>>;

/**
 * Campaigns of single units of which one names the other by id and both accept. Consent through layers, or by saying nothing, is what any
 * two campaigns of different layers have: that a unit then takes one pair or another is no surprise to anyone.
 */
function namedPairs({ entries, byId }: Authored, work: Work): Graph {
  const graph = new Map<Entry, Set<Entry>>();
  const link = (a: Entry, b: Entry): void => {
    graph.set(a, (graph.get(a) ?? new Set<Entry>()).add(b));
  };
  for (const entry of entries) {
    if (!isUnitKind(entry.campaign)) continue;
    for (const name of entry.campaign.stackWith ?? []) {
      if (!work.take(1)) return graph;
      const other = byId.get(name);
      if (!other || other === entry || !isUnitKind(other.campaign)) continue;
      if (!consent(entry.compiled, other.compiled)) continue;
      link(entry, other);
      link(other, entry);
    }
  }
  return graph;
}

/** All campaigns that are linked with one, over any number of links. */
function componentOf(graph: Graph, start: Entry): Set<Entry> {
  const found = new Set([start]);
  for (const entry of found) for (const other of graph.get(entry) ?? []) found.add(other);
  return found;
}

function byOrder(entries: Iterable<Entry>): Entry[] {
  return [...entries].sort((a, b) => a.compiled.order - b.compiled.order);
}

/** Two partners of one campaign that don't accept each other, where a unit may have to choose between them. */
function rivalPartners(authored: Authored, graph: Graph, middle: Entry, work: Work): [Entry, Entry] | undefined {
  const partners = byOrder(graph.get(middle) ?? []);
  for (const [index, a] of partners.entries()) {
    for (const c of partners.slice(index + 1)) {
      if (!work.take(1)) return undefined;
      if (consent(a.compiled, c.compiled)) continue;
      if (!togetherOf([a, middle, c], authored.set.policy)) continue;
      if (shareAnItem(authored, [a, middle, c], work)) return [a, c];
    }
  }
  return undefined;
}

/** More campaigns that all accept each other than one unit may take, starting with those given. */
function tooMany(authored: Authored, graph: Graph, chosen: readonly Entry[], work: Work): Entry[] | undefined {
  if (chosen.length > DECIDE_LIMITS.maxStacked) {
    const isReal = togetherOf(chosen, authored.set.policy) && shareAnItem(authored, chosen, work);
    return isReal ? [...chosen] : undefined;
  }
  const last = chosen.at(-1);
  for (const next of byOrder((last && graph.get(last)) ?? [])) {
    if (!work.take(1)) return undefined;
    if (!last || next.compiled.order <= last.compiled.order) continue;
    if (!chosen.every((one) => graph.get(one)?.has(next))) continue;
    const found = tooMany(authored, graph, [...chosen, next], work);
    if (found) return found;
  }
  return undefined;
}

/** Stacks in which who goes with whom is left to the basket. One finding of each kind for campaigns that are linked. */
export function stackChoices(authored: Authored, work: Work): Finding[] {
  const graph = namedPairs(authored, work);
  const told = new Set<Entry>();
  const toldDeep = new Set<Entry>();
  const findings: Finding[] = [];
  for (const entry of byOrder(graph.keys())) {
    const rivals = told.has(entry) ? undefined : rivalPartners(authored, graph, entry, work);
    if (rivals) {
      const [a, c] = rivals;
      const names = { a: a.campaign.name, b: entry.campaign.name, c: c.campaign.name };
      findings.push(finding('STACKING_AMBIGUOUS', [entry, a, c], 'stackWith', names));
      for (const one of componentOf(graph, entry)) told.add(one);
    }
    const many = toldDeep.has(entry) ? undefined : tooMany(authored, graph, [entry], work);
    if (many) {
      const all = many.map((one) => one.campaign.name);
      findings.push(finding('STACKING_TOO_DEEP', many, 'stackWith', { all, most: DECIDE_LIMITS.maxStacked }));
      for (const one of componentOf(graph, entry)) toldDeep.add(one);
    }
  }
  return findings;
}
