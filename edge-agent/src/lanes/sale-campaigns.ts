import { createHash } from 'node:crypto';
import type { Campaign, CampaignSet } from '@tillside/decide';
import type { Reader, Tx } from '../journal/index.ts';

/** A sale's set as its row holds it: campaigns by the hash of their content, since one of thousands of member prices is in many sales. */
interface KeptSet extends Omit<CampaignSet, 'campaigns'> {
  readonly campaigns: readonly string[];
}

/** Campaigns never change while they are in force, and are hashed once. */
const hashes = new WeakMap<Campaign, string>();

function hashOf(campaign: Campaign): string {
  const known = hashes.get(campaign);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(JSON.stringify(campaign)).digest('hex');
  hashes.set(campaign, hash);
  return hash;
}

/** Keeps what a sale took something from, each campaign once; returns what the sale's row holds. */
export function keepCampaigns(tx: Tx, set: CampaignSet): string {
  for (const campaign of set.campaigns) {
    const hash = hashOf(campaign);
    if (tx.get('SELECT 1 AS found FROM sold_campaign WHERE hash = ?', hash) !== undefined) continue;
    tx.run('INSERT INTO sold_campaign (hash, content) VALUES (?, ?)', hash, JSON.stringify(campaign));
  }
  const kept: KeptSet = { ...set, campaigns: set.campaigns.map(hashOf) };
  return JSON.stringify(kept);
}

/** The reverse: the set of a sale, as it was then. */
export function keptCampaigns(reader: Reader, text: string): CampaignSet {
  const kept = JSON.parse(text) as KeptSet;
  const campaigns = kept.campaigns.flatMap((hash) => {
    const row = reader.get<{ content: string }>('SELECT content FROM sold_campaign WHERE hash = ?', hash);
    return row === undefined ? [] : [JSON.parse(row.content) as Campaign];
  });
  return { ...kept, campaigns };
}
