import type { SimulatedTag } from './openepaperlink-tag.ts';

/** A page of the tag list ends once it is longer. */
const PAGE_BYTES = 5_000;

/** What `get_db` answers for one tag. */
export const oneTag = (tag: SimulatedTag | undefined): string =>
  JSON.stringify({ tags: tag && !tag.isForgotten ? [tag.record()] : [] });

/** What it answers from a position on; `continu` is where the next page begins. */
export function pageOfTags(inOrder: readonly SimulatedTag[], position: number): string {
  const tags: string[] = [];
  let bytes = 0;
  for (let at = position; at < inOrder.length; at += 1) {
    const tag = inOrder[at];
    if (!tag || tag.isForgotten) continue;
    if (bytes > PAGE_BYTES) return `{"tags":[${tags.join()}],"continu":${at}}`;
    const record = JSON.stringify(tag.record());
    tags.push(record);
    bytes += record.length + 1;
  }
  return `{"tags":[${tags.join()}]}`;
}
