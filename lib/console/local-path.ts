/** Only a path of ours, else the start: an address that begins with two slashes is somebody else's. */
export function localPath(untrusted: unknown): string {
  return typeof untrusted === 'string' && /^\/(?![/\\])[\w./-]{0,200}$/.test(untrusted) ? untrusted : '/';
}
