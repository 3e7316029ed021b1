import { accepts } from '../../compile.ts';
import type { Authored, Entry, Work } from '../authored.ts';
import { type Finding, finding } from '../finding.ts';

type Edges = ReadonlyMap<Entry, readonly Entry[]>;

/** Campaigns that each names by id and that don't accept it. */
function unanswered(authored: Authored, work: Work): Edges {
  const edges = new Map<Entry, Entry[]>();
  for (const entry of authored.entries) {
    const { stackWith } = entry.campaign;
    if (!stackWith) continue;
    if (!work.take(stackWith.length)) return edges;
    const named = stackWith.flatMap((name) => authored.byId.get(name) ?? []);
    edges.set(
      entry,
      named.filter((other) => other !== entry && !accepts(other.compiled, entry.compiled)),
    );
  }
  return edges;
}

interface Visit {
  readonly entry: Entry;
  readonly index: number;
  low: number;
  next: number;
}

/**
 * Campaigns that stand in a circle of names that nobody answers, with the number of their circle (Tarjan's strongly connected components,
 * with a stack of its own: a set may chain thousands of campaigns). Two can't be a circle: they would accept each other.
 */
function circlesIn(edges: Edges): Map<Entry, number> {
  const visits = new Map<Entry, Visit>();
  const circles = new Map<Entry, number>();
  const open: Entry[] = [];
  const isOpen = new Set<Entry>();
  const path: Visit[] = [];
  const enter = (entry: Entry): void => {
    const visit = { entry, index: visits.size, low: visits.size, next: 0 };
    visits.set(entry, visit);
    path.push(visit);
    open.push(entry);
    isOpen.add(entry);
  };
  const close = (visit: Visit): void => {
    const members = open.splice(open.lastIndexOf(visit.entry));
    for (const member of members) {
      isOpen.delete(member);
      if (members.length > 1) circles.set(member, visit.index);
    }
  };
  for (const root of edges.keys()) {
    if (!visits.has(root)) enter(root);
    for (let visit = path.at(-1); visit; visit = path.at(-1)) {
      const to = edges.get(visit.entry)?.[visit.next];
      visit.next += 1;
      if (!to) {
        if (visit.low === visit.index) close(visit);
        path.pop();
        const parent = path.at(-1);
        if (parent) parent.low = Math.min(parent.low, visit.low);
      } else if (!visits.has(to)) enter(to);
      else if (isOpen.has(to)) visit.low = Math.min(visit.low, visits.get(to)?.index ?? visit.low);
    }
  }
  return circles;
}

/** Campaigns in circles, by the number of their circle. */
export function circlesOf(authored: Authored, work: Work): Map<Entry, number> {
  return circlesIn(unanswered(authored, work));
}

/** The shortest way from a campaign around its circle, without coming back to it in the list. */
function shortestAround(edges: Edges, start: Entry, circles: ReadonlyMap<Entry, number>): Entry[] {
  const from = new Map<Entry, Entry>();
  const queue = [start];
  for (const here of queue) {
    for (const to of edges.get(here) ?? []) {
      if (to === start) {
        const chain: Entry[] = [];
        for (let at: Entry | undefined = here; at; at = from.get(at)) chain.unshift(at);
        return chain;
      }
      if (from.has(to) || circles.get(to) !== circles.get(start)) continue;
      from.set(to, here);
      queue.push(to);
    }
  }
  return [start];
}

/** A names b, b names c, c names a, and none is named back: whoever wrote that meant all of them to stack, and none does. */
export function stackCircles(authored: Authored, work: Work): Finding[] {
  const edges = unanswered(authored, work);
  const circles = circlesIn(edges);
  const told = new Set<number>();
  return authored.entries.flatMap((entry) => {
    const circle = circles.get(entry);
    if (circle === undefined || told.has(circle)) return [];
    told.add(circle);
    const chain = shortestAround(edges, entry, circles);
    const names = [...chain, entry].map((one) => one.campaign.name);
    return [finding('STACKING_CYCLE', chain, 'stackWith', { chain: names })];
  });
}
