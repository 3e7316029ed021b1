/** Stands between the elements of a GS1 code where nothing else tells the end of one; scanners send FNC1 as this, the ASCII group separator. */
export const FNC1 = '\x1d';
