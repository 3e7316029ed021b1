/** Takes the one-time word out of an address such as `/m/#claim=…`, so that it stays neither on the screen nor in the history. */
export function takeClaim(location: Location, history: History): string | undefined {
  const claim = new URLSearchParams(location.hash.replace(/^#/, '')).get('claim')?.trim();
  if (claim === undefined) return undefined;
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  return /^[A-Za-z0-9_-]{22}$/.test(claim) ? claim : undefined;
}
