import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const docs = join(import.meta.dirname, '..', '..', 'docs');
const text = readFileSync(join(docs, 'invariants.md'), 'utf8');

describe('docs/invariants.md', () => {
  test('numbers ten invariants, each with a reason and a check', () => {
    const sections = text.split(/^## /m).slice(1);
    expect(sections.map((section) => Number.parseInt(section, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const section of sections) {
      expect(section).toContain('- **Why** ');
      expect(section).toContain('- **Check** [');
    }
  });

  test('names only tests that exist', () => {
    const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, link]) => link as string);
    expect(links.filter((link) => !existsSync(join(docs, link)))).toEqual([]);
  });
});
