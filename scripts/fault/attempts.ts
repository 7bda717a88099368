/** Attempts a connection may make within a minute while its streams die before they prove themselves (GRPC_ATTEMPTS_PER_MINUTE). */
export const ATTEMPTS_MAX = 8;

const ENDED = /^(\d\d):(\d\d):(\d\d\.\d{3}) \S+ +(c\d+) \(\S+\): .* \[\S+, code \d+: /;
const OPENED = /^(\d\d):(\d\d):(\d\d\.\d{3}) \S+ +(c\d+): .+ from \S+, (?:at the tip|replayed from slot \d+)$/;
const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;

/**
 * How often each connection tried to get a stream within a minute of its first try, by what the engine printed: a stream that ended was
 * tried for, whether it ever opened or not, and so was the one that is open.
 */
export function attemptsByConnection(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').flatMap((line) => {
    const match = ENDED.exec(line) ?? OPENED.exec(line);
    if (match === null) return [];
    const [hours, minutes, seconds] = [match[1], match[2], match[3]].map(Number) as [number, number, number];
    return [{ connection: match[4] as string, isEnd: ENDED.test(line), second: (hours * 60 + minutes) * 60 + seconds }];
  });
  const attempts = new Map<string, number>();
  for (const connection of new Set(lines.map((line) => line.connection))) {
    const own = lines.filter((line) => line.connection === connection);
    const first = own[0]?.second ?? 0;
    // The clock of the day begins anew at midnight.
    const early = own.filter(({ second }) => (second - first + DAY_SECONDS) % DAY_SECONDS < MINUTE_SECONDS);
    const isOpen = early.at(-1)?.isEnd === false;
    attempts.set(connection, early.filter(({ isEnd }) => isEnd).length + (isOpen ? 1 : 0));
  }
  return attempts;
}

/** One sentence per connection that tried more often than was promised, and one when nothing at all was told of any. */
export function tooManyAttempts(text: string): readonly string[] {
  const attempts = [...attemptsByConnection(text)];
  if (attempts.length === 0) return ['the engine told of no stream, so its attempts could not be counted'];
  return attempts
    .filter(([, count]) => count > ATTEMPTS_MAX)
    .map(
      ([connection, count]) =>
        `${connection} tried ${count} times within a minute, at most ${ATTEMPTS_MAX} were promised`,
    );
}
