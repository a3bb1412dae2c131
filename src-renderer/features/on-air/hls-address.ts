// Where this browser finds the listener plane.

/** A station that listens on every address or on loopback says so; from elsewhere it is reached by the host we used. */
export function reachable(url: string, ownHost: string): string {
  const target = new URL(url)
  const local = ['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '[::]']
  if (ownHost && local.includes(target.hostname) && !local.includes(ownHost)) target.hostname = ownHost
  return target.href
}
