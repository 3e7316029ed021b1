import { accepts, isItemKind, isUnitKind, type Layer } from '../../compile.ts';
import type { Campaign } from '../../schema/campaign.ts';
import type { Authored, Entry, Work } from '../authored.ts';
import { type Finding, finding } from '../finding.ts';
import type { Apart } from '../texts/stacking.ts';
import { alone, whyApart } from '../together.ts';
import { circlesOf } from './stack-circles.ts';

const LAYERS: readonly Layer[] = ['item', 'basket', 'coupon', 'points'];
const LAYER_PREFIX = 'layer:';

const isLayer = (name: string): name is Layer => (LAYERS as readonly string[]).includes(name);

/** Whether two campaigns could have one unit if they agreed: a group's units take nothing else of the item kinds. */
function couldShare(a: Campaign, b: Campaign): boolean {
  return !(isItemKind(a) && isItemKind(b)) || (isUnitKind(a) && isUnitKind(b));
}

/** Whether some other campaign of a layer accepts this one; true too where the layer is empty, or there was no time to look. */
function isWelcome(authored: Authored, entry: Entry, layer: Layer, work: Work): boolean {
  let hasOthers = false;
  for (const other of authored.entries) {
    if (!work.take(1)) return true;
    if (other === entry || other.compiled.layer !== layer) continue;
    if (couldShare(entry.campaign, other.campaign) && accepts(other.compiled, entry.compiled)) return true;
    hasOthers = true;
  }
  return !hasOthers;
}

function layerFindings(authored: Authored, entry: Entry, name: string, place: string, work: Work): Finding[] {
  const a = entry.campaign.name;
  const layer = name.slice(LAYER_PREFIX.length);
  if (!isLayer(layer)) {
    const layers = LAYERS.map((one) => `${LAYER_PREFIX}${one}`).join(', ');
    return [finding('STACK_UNKNOWN_LAYER', [entry], place, { a, named: name, layers })];
  }
  return isWelcome(authored, entry, layer, work)
    ? []
    : [finding('STACK_LAYER_REFUSED', [entry], place, { a, layer: name })];
}

function apart(entry: Entry, other: Entry, { set }: Authored): Apart | undefined {
  return couldShare(entry.campaign, other.campaign) ? whyApart(alone(entry), other, set.policy) : 'kinds';
}

function nameFindings(
  authored: Authored,
  entry: Entry,
  name: string,
  place: string,
  circles: ReadonlyMap<Entry, number>,
): Finding[] {
  const a = entry.campaign.name;
  const other = authored.byId.get(name);
  if (!other) return [finding('STACK_UNKNOWN_CAMPAIGN', [entry], place, { a, named: name })];
  if (other === entry) return [finding('STACK_WITH_ITSELF', [entry], place, { a })];
  const pair = { a, b: other.campaign.name };
  const why = apart(entry, other, authored);
  if (why) return [finding('STACK_IMPOSSIBLE', [entry, other], place, { ...pair, why })];
  if (accepts(other.compiled, entry.compiled)) return [];
  // A circle is told once, as a circle.
  const circle = circles.get(entry);
  if (circle !== undefined && circle === circles.get(other)) return [];
  return [finding('STACK_NOT_MUTUAL', [entry, other], place, pair)];
}

/** What stands in `stackWith` lists: who and what is named, and whether it answers. */
export function stackLists(authored: Authored, work: Work): Finding[] {
  const circles = circlesOf(authored, work);
  return authored.entries.flatMap((entry) =>
    (entry.campaign.stackWith ?? []).flatMap((name, index) => {
      if (!work.take(1)) return [];
      const place = `stackWith[${index}]`;
      return name.startsWith(LAYER_PREFIX)
        ? layerFindings(authored, entry, name, place, work)
        : nameFindings(authored, entry, name, place, circles);
    }),
  );
}
