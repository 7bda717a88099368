import { existsSync } from 'node:fs';

const PLACES = [
  process.env['CHROMIUM_PATH'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** A Chromium of this machine; null when none is found. */
export function browserPath(): string | null {
  return PLACES.find((path) => path !== '' && existsSync(path)) ?? null;
}

/** What the tests that need one are called when there is none. */
export const NO_BROWSER = 'no Chromium found: install it, or set CHROMIUM_PATH, to run these';
