/**
 * Takes secrets out of text that people or other programs will see. Every error of a broker, database or provider passes
 * through here before it reaches a log line, a metric or a page.
 */
export type Redact = (text: string) => string;

const MASK = '***';
// scheme://user:password@ , with either part present.
const URL_CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*(?::[^\s@]*)?@/gi;

/** Masks user names and passwords of every URL in the text. */
export function redactUrls(text: string): string {
  return text.replace(URL_CREDENTIALS, `$1${MASK}@`);
}

/** Masks the given secrets wherever they appear, spelled plainly or percent-encoded, and the credentials of every URL. */
export function createRedactor(secrets: readonly string[]): Redact {
  const spellings = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    // The longest first, so that a secret that contains another leaves nothing behind.
    .sort((a, b) => b.length - a.length);
  return (text) => redactUrls(spellings.reduce((masked, secret) => masked.replaceAll(secret, MASK), text));
}

/** The secrets a connection URL carries: its password, as written and as meant. */
export function secretsOfUrl(url: string): readonly string[] {
  if (!URL.canParse(url)) return [];
  const { password } = new URL(url);
  return password === '' ? [] : [password, safeDecode(password)];
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
