// So many a minute from one source: enough for people, too few for guessing.

const WINDOW_MS = 60_000;
const MAX_SOURCES = 10_000;

export function rateLimit(perMinute: number, nowMs: () => number = Date.now) {
  const seen = new Map<string, { since: number; count: number }>();
  return (source: string): boolean => {
    const now = nowMs();
    const window = seen.get(source);
    if (window && now - window.since < WINDOW_MS) {
      window.count += 1;
      return window.count <= perMinute;
    }
    if (seen.size >= MAX_SOURCES) seen.clear();
    seen.set(source, { since: now, count: 1 });
    return true;
  };
}
